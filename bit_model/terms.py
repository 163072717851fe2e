"""Closed sets of the field's own words (domain text, section 2). The Danish term is the value that workbooks carry."""

from enum import StrEnum


class Theme(StrEnum):
    """The eleven themes of the national term set (FFB)."""

    PHYSICAL_FUNCTIONS = "Fysiske funktioner"
    MENTAL_FUNCTIONS = "Mentale funktioner"
    HEALTH = "Sundhedsforhold"
    SOCIAL_CONDITIONS = "Sociale forhold"
    MOBILITY = "Mobilitet"
    COMMUNICATION = "Kommunikation"
    SELF_CARE = "Egenomsorg"
    PRACTICAL_TASKS = "Praktiske opgaver"
    RELATIONS = "Relationer"
    COMMUNITY_LIFE = "Samfundsliv"
    SURROUNDINGS = "Omgivelser"


class NeedLevel(StrEnum):
    """Level of support need. There is no national table from level to hours."""

    NONE = "Intet"
    LIGHT = "Let"
    MODERATE = "Moderat"
    HIGH = "Højt"
    COMPLETE = "Fuldstændigt"
    NOT_ASSESSED = "Ikke vurderet"


class GoalType(StrEnum):
    """What a goal is for."""

    DEVELOP = "Udvikle"
    MAINTAIN = "Fastholde"
    LIMIT_LOSS = "Begrænse tab"
