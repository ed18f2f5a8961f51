"""Notes on method of the trust gap, as its page says them."""

METHODS = (
    (
        "Who is in a group",
        "Women are beside everybody who is not a woman. Two or more characteristics: of minority ethnic, disabled and "
        "LGBTQ+. Who has not answered about a characteristic is in neither group. “Don’t know” counts as not yes.",
    ),
    (
        "Weights and countries",
        "Every share is weighted to the adults of its country; a poll without weights is not estimated. Where "
        "countries are pooled, the figure is the mean of theirs: each counts alike in every group, whatever its size, "
        "and no difference between countries enters a gap. A pool is not estimated where one of its countries was not "
        "asked.",
    ),
    (
        "Standard errors and intervals",
        "By Taylor linearisation over strata and sampling units; a change is one contrast with its own error. Shares "
        "have logit intervals, or exact ones (Korn and Graubard) where the effective sample is small; gaps have MOVER "
        "intervals. All are 95% intervals. Online panels and quotas are no random samples: there it is called a "
        "modelled interval, which holds only as far as the weights make up for who took part.",
    ),
    (
        "What is not shown",
        "The standard of the US National Center for Health Statistics for proportions: too few respondents, too small "
        "an effective sample, or too wide an interval, and the share is not shown, nor anything that rests on it: "
        "it could not be relied on. It is not hidden to keep a secret; polls name nobody. Nobody or everybody saying "
        "yes is held for review.",
    ),
    (
        "Statuses",
        "A change counts only where it is larger than chance would explain (one-sided, 5%). “No detectable change” is "
        "not “no change”: the smallest change that would be found four times in five (two-sided, 5%) is printed beside "
        "it. On track: at least 95% of the pace the goal needs. Target met: so even allowing for chance.",
    ),
    (
        "Part of the way, and 2030",
        "The part of the way closed is a ratio of two uncertain gaps: its interval is Fieller’s, and it is not given "
        "where the first gap could have been zero. Two waves carry no forecast, so only an interval is given for 2030 "
        "if things went on as between them. No rate of growth is used: a gap can be zero or change sign.",
    ),
    (
        "The goal",
        "“… to help close the trust gap substantially by 2030.” No number is published for “substantially”. The gap in "
        "2030 shown as assumed is a planning assumption, not a promise of the initiative.",
    ),
)
