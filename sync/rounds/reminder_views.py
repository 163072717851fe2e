"""The page of a round's reminders, and the sending of one."""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from sync.rounds.board import waiting_by_provider
from sync.rounds.mail import MailNotSent, can_send, is_address, send
from sync.rounds.reminders import Occasion, occasion_on, reminder
from sync.rounds.views import blueprint, held_board
from sync.services import services
from sync.store import rounds
from sync.store.database import writing
from sync.typed import Typed


@blueprint.get("/<int:round_id>/rykkere")
def reminders(round_id: int) -> str:
    """Texts to copy, one for each provider that has cases waiting."""
    return _reminders(round_id, Typed())


@blueprint.post("/<int:round_id>/rykkere")
def send_reminder(round_id: int) -> AnyResponse:
    """Send one provider's text to the address typed; the address is kept nowhere."""
    made, typed = services(), Typed(request.form)
    with made.store.engine.connect() as connection:
        held, lines = held_board(connection, round_id)
    waiting = waiting_by_provider(lines)
    provider, to = typed.values.get("provider", ""), typed.values.get("to", "")
    occasion = typed.one_of("occasion", list(Occasion))
    if provider not in waiting:
        typed.refuse("to", gettext("Leverandøren har ingen sager, der venter. Genindlæs siden."))
    elif not can_send(made.settings):
        typed.refuse("to", gettext("Der er ikke sat en mailserver op. Kopiér teksten i stedet."))
    elif not is_address(to):
        typed.refuse("to", gettext("Skriv én e-mailadresse, fx post@tilbud.example."))
    if not typed.errors:
        letter = reminder(held, provider, waiting[provider], Occasion(occasion))
        try:
            send(made.settings, to, letter.subject, letter.text)
        except MailNotSent:
            typed.refuse("to", gettext("Mailserveren tog ikke imod brevet, og det er ikke sendt. Prøv igen senere."))
        else:
            with writing(made.store.engine) as connection:
                rounds.mark_reminded(connection, round_id, waiting[provider], made.now())
            return redirect(url_for(".reminders", round_id=round_id, tekst=occasion, sendt=provider), 303)
    return Response(_reminders(round_id, typed), 422)


def _reminders(round_id: int, typed: Typed) -> str:
    made = services()
    with made.store.engine.connect() as connection:
        held, lines = held_board(connection, round_id)
    asked = typed.values.get("occasion") or request.args.get("tekst", "")
    occasion = Occasion(asked) if asked in list(Occasion) else occasion_on(held.deadline, made.today())
    letters = [reminder(held, provider, keys, occasion) for provider, keys in waiting_by_provider(lines).items()]
    last = {line.row.provider: line.row.reminded_at for line in lines if line.row.reminded_at is not None}
    return render_template(
        "rounds/reminders.html",
        round=held,
        letters=letters,
        occasion=occasion,
        occasions=list(Occasion),
        can_send=can_send(made.settings),
        just_sent=request.args.get("sendt", ""),
        reminded=last,
        typed=typed,
        empty=Typed(),
    )
