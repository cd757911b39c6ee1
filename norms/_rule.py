"""The formula that most normalizations share: they differ only in what μ and σ² are taken over."""

RULE = r"y = \gamma\,\frac{x - \mu_{%s}}{\sqrt{\sigma^2_{%s} + \epsilon}} + \beta"
