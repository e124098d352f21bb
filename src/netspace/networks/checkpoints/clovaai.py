"""Names of ReXNet's authors (https://github.com/clovaai/rexnet): places in sequences, nonlinearities counted."""

from netspace.architecture import Architecture, Stage
from netspace.networks.checkpoints.layout import Layout, Names, block_names

_FIRST_BLOCK = 3  # after the stem's convolution, norm and nonlinearity


def _rexnet(architecture: Architecture) -> Names:
    return _features(architecture) | {"head.linear": "output.1"}


def _rexnet_lite(architecture: Architecture) -> Names:
    head = {"head.hidden.conv": "output.0", "head.hidden.bn": "output.1", "head.linear": "output.4"}
    return _features(architecture) | head


def _features(architecture: Architecture) -> Names:
    last = _FIRST_BLOCK + architecture.depth
    return {
        "stem.conv": "features.0",
        "stem.bn": "features.1",
        **block_names(architecture, lambda _, __, n: f"features.{_FIRST_BLOCK + n}.out", _block),
        "head.conv.conv": f"features.{last}",
        "head.conv.bn": f"features.{last + 1}",
    }


def _block(stage: Stage) -> Names:
    layers = ["expand.conv", "expand.bn", "nonlinearity"] if stage.expansion != 1 else []
    layers += ["spatial.conv", "spatial.bn", *(["se"] if stage.se else []), "nonlinearity"]
    layers += ["project.conv", "project.bn"]
    place = {layer: str(k) for k, layer in enumerate(layers)}
    se = place.pop("se", None)
    inside = {"se.squeeze": f"{se}.fc.0", "se.norm": f"{se}.fc.1", "se.excite": f"{se}.fc.3"} if se else {}
    return place | inside


CLOVAAI = Layout("clovaai", {"rexnet": _rexnet, "rexnet_lite": _rexnet_lite}, convolution_classifies=True)
