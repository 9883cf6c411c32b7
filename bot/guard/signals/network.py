"""Small networks over a meaning: is a robbery told of, and which?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, np.dtype[np.float32]]

# A meaning has length one; so stretched, its numbers are about as large as a network likes.
STRETCH: Final = 5.0


@dataclass(frozen=True, slots=True)
class Networks:
    """Several networks of one hidden layer, asked together; trained by ``learning.py``.

    ``centre`` float32[d] is the mean meaning; ``first`` [n, d, h] and ``first_bias`` [n, h] lead
    to the hidden layer, ``second`` [n, h, o] and ``second_bias`` [n, o] from it to the answers:
    the log-odds of a robbery, then one number a signal.
    """

    centre: Numbers
    first: Numbers
    first_bias: Numbers
    second: Numbers
    second_bias: Numbers

    def answer(self, rows: Numbers) -> Numbers:
        """Give float32[rows, o], the mean of what the networks say of each meaning."""
        put = (rows - self.centre) * STRETCH
        hidden = np.maximum(np.matmul(put, self.first) + self.first_bias[:, None, :], 0.0)
        said = np.matmul(hidden, self.second) + self.second_bias[:, None, :]
        answers: Numbers = said.mean(axis=0)
        return answers
