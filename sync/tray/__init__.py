"""The tray: received files that no case is known for, until a person gives them one or dismisses them."""
