"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

from core.page import Preset

PRESETS = (
    Preset(
        "floor",
        "Down to the noise floor",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04&run=sgd:lr=0.04~step&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04~linear:warmup=30",
        "A constant rate stalls at the noise floor; every drop of the rate lets the loss fall further.",
    ),
    Preset(
        "four_rates",
        "Very high, high, good and low",
        "surface=taco&steps=300&noise=gaussian:scale=3&run=sgd:lr=0.0505&run=sgd:lr=0.046&run=sgd:lr=0.01&run=sgd:lr=0.001",
        "Very high diverges; high falls fast and stalls high; good ends lowest; low is still on its way.",
    ),
    Preset(
        "resnet",
        "ResNet: ÷10 at 32k and 48k",
        "surface=noisy_taco:kappa=10&steps=64000&run=sgd:lr=0.1~multistep:first=32000,second=48000&run=sgd:lr=0.1",
        "The rate 0.1 is divided by ten at update 32,000 and again at 48,000; each drop lowers the loss at once.",
    ),
    Preset(
        "transformer",
        "Transformer: 512 wide, 4000 of warm-up",
        "surface=noisy_taco&steps=20000&run=adam:lr=1~transformer&run=adam:lr=1~transformer:warmup=8000"
        "&run=adam:lr=1~transformer:d_model=256",
        "The rate rises linearly to its peak at update 4000 and then falls with the root of the step.",
    ),
    Preset(
        "bert",
        "BERT: warm-up, then a straight line",
        "surface=noisy_taco&steps=100000&run=adamw:lr=0.02~linear:warmup=10000&run=adamw:lr=0.02~linear",
        "Ten per cent of warm-up and a straight line to zero, with and without the warm-up.",
    ),
    Preset(
        "restarts",
        "SGDR: warm restarts",
        "surface=double_well&start=2,1&steps=1000&noise=gaussian:scale=3&run=sgd:lr=0.04~sgdr:t0=125,t_mult=1"
        "&run=sgd:lr=0.04~exponential",
        "Each restart lets the noise throw more runs out of the upper well; a rate that only falls leaves them there.",
    ),
    Preset(
        "goyal",
        "Goyal: large batch, warm-up of five epochs",
        "formula=0.1*x**2%2B0.3*y**2&domain=-6,6,-4,4&start=-5,3&steps=14080&noise=gaussian:scale=0.3"
        "&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511,warmup=782"
        "&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511",
        "Batches of 8192 at a rate of 3.2: five epochs of warm-up, then ÷10 at epochs 30, 60 and 80.",
    ),
    Preset(
        "warmup",
        "Where warm-up starts",
        "surface=noisy_taco&steps=40&run=sgd:lr=0.04~constant:warmup=10&run=sgd:lr=0.04~inverse_sqrt&run=sgd:lr=0.04",
        "Warm-up over n steps starts at 1/n of the rate, not at 0; the inverse root is counted from 1: at 0 it is infinite.",
    ),
)
