"""The Excel functions, under the name by which xlwings-server looks for them."""

from addin import functions

globals().update({name: one for name, one in vars(functions).items() if hasattr(one, "__xlfunc__")})
