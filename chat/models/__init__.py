"""One file of each noun; imported from here."""

from chat.models.board import Stroke
from chat.models.group import Access, Group, GroupType, JoinOption, JoinRequest, MemberRole, Membership
from chat.models.message import Kind, Message, MessageState, Priority
from chat.models.moderation import (
    Deed,
    ModerationDeed,
    Outcome,
    Report,
    ReportState,
    Restriction,
    RestrictionKind,
)
from chat.models.word import SensitiveWord, WordCategory, WordLevel, WordList

__all__ = [
    "Access",
    "Deed",
    "Group",
    "GroupType",
    "JoinOption",
    "JoinRequest",
    "Kind",
    "MemberRole",
    "Membership",
    "Message",
    "MessageState",
    "ModerationDeed",
    "Outcome",
    "Priority",
    "Report",
    "ReportState",
    "Restriction",
    "RestrictionKind",
    "SensitiveWord",
    "Stroke",
    "WordCategory",
    "WordLevel",
    "WordList",
]
