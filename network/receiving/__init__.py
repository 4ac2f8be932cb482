"""What comes to our addresses: kept raw, read, judged, and acted upon, in that order."""

from network.receiving.answering import answer
from network.receiving.delivery import take
from network.receiving.judging import judge, judge_all

__all__ = ["answer", "judge", "judge_all", "take"]
