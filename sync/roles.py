"""What accounts may do. Apart from their tables, so that the command line knows the roles without a database."""

from enum import StrEnum


class Role(StrEnum):
    """What an account may do; one may have several, but a provider's has that one alone."""

    ADMINISTRATOR = "administrator"
    CASEWORKER = "caseworker"
    LEADER = "leader"
    ECONOMY = "economy"
    CONSULTANT = "consultant"
    PROVIDER = "provider"
