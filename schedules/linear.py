"""Linear decay, as BERT is fine-tuned."""

import numpy as np

from core.types import Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate * (1 - t / horizon)


schedule = Schedule(
    key="linear",
    name="Linear decay",
    summary="A straight line from the first rate to zero at the end; BERT is trained with it, after a warm-up.",
    latex=r"\alpha_t = \alpha_0 \left(1 - \tfrac{t}{T}\right)",
    fn=rate,
    reference="Devlin et al., BERT: pre-training of deep bidirectional transformers, 2019, appendix A.2",
    torch="torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters={horizon})",
    optax="optax.linear_schedule({lr}, 0.0, transition_steps={horizon})",
    chains=True,
    holds=(lambda see: np.ptp(np.diff(see(200))) < 1e-12 and 0 < see(200)[-1] < 1 / 199,),
)
