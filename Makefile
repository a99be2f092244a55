# make demo    a small data set in out/demo, from nothing
# make test    all tests of this machine's Python (bpy 4.5 as the embedded Blender)
# make bench   timings; make zip   the extension; make lint   style; make assets   bodies and rubble

# The first of these that starts: a pyenv shim may be on the path and still refuse.
first = $(firstword $(foreach python,$(1),$(shell $(python) -c "" 2>/dev/null && echo $(python))))
PYTHON ?= $(call first,python3.11 python3)
PYTHON_5 ?= $(call first,python3.13 $(wildcard $(HOME)/.pyenv/versions/3.13*/bin/python))
BPY_4.2 = 4.2.23
BPY_4.5 = 4.5.15
BPY_5.2 = 5.2.3

BLENDER = .venv/bpy-4.5/bin/python
ML = .venv/ml/bin/python
PYTEST = -m pytest -p no:cacheprovider
export BLENDER_USER_RESOURCES ?= $(CURDIR)/out/blender
export NO_ALBUMENTATIONS_UPDATE = 1
export OMP_NUM_THREADS ?= 2

.PHONY: demo test test-pure test-blender test-frames test-scene test-zip test-window bench zip lint assets clean
.SECONDARY:

demo: assets/ready
	$(BLENDER) scripts/batch.py --output out/demo --frames 0-7 --recipe recipes/demo.toml

# two at once: each keeps one of two cores busy
test: lint
	$(MAKE) --jobs=2 --output-sync test-frames test-pure test-scene
	$(MAKE) test-zip

test-pure: .venv/ml/ready
	$(ML) $(PYTEST) tests/pure tests/jobs tests/ml

# V=4.2, 4.5 (default) or 5.2; MORE: further arguments for pytest
V ?= 4.5
test-blender: .venv/bpy-$(V)/ready assets/ready
	.venv/bpy-$(V)/bin/python $(PYTEST) tests/blender $(MORE)

# its two halves: whole frames and jobs; what they are built of
test-frames: .venv/bpy-$(V)/ready assets/ready
	.venv/bpy-$(V)/bin/python $(PYTEST) tests/blender/frames $(MORE)

test-scene: .venv/bpy-$(V)/ready assets/ready
	.venv/bpy-$(V)/bin/python $(PYTEST) tests/blender --ignore=tests/blender/frames $(MORE)

test-zip: .venv/bpy-$(V)/ready zip
	.venv/bpy-$(V)/bin/python $(PYTEST) tests/zip

test-window: zip
	$(BLENDER) $(PYTEST) tests/gui

bench: assets/ready .venv/ml/ready
	$(BLENDER) benchmarks/frame.py
	$(ML) benchmarks/outlines.py
	$(ML) benchmarks/augment.py
	$(ML) benchmarks/train.py

zip: assets/ready
	$(BLENDER) scripts/build.py

lint: .venv/ml/ready
	$(ML) -m ruff check .
	$(ML) -m ruff format --check .

assets: assets/ready

assets/ready: $(wildcard bake/*.py) scripts/build_assets.py | .venv/bpy-4.5/ready
	$(BLENDER) scripts/build_assets.py --output assets
	@touch $@

.venv/bpy-5.2/ready: tests/requirements-blender.txt
	@test -n "$(PYTHON_5)" || { echo "bpy 5.2 needs Python 3.13: install it or set PYTHON_5" >&2; exit 2; }
	$(PYTHON_5) -m venv .venv/bpy-5.2
	.venv/bpy-5.2/bin/python -m pip install -q bpy==$(BPY_5.2) -r tests/requirements-blender.txt
	@touch $@

.venv/bpy-%/ready: tests/requirements-blender.txt
	$(PYTHON) -m venv .venv/bpy-$*
	.venv/bpy-$*/bin/python -m pip install -q bpy==$(BPY_$*) -r tests/requirements-blender.txt
	@touch $@

.venv/ml/ready: ml/requirements.txt ml/requirements-train.txt tests/requirements-ml.txt
	$(PYTHON) -m venv .venv/ml
	.venv/ml/bin/python -m pip install -q -r ml/requirements.txt -r ml/requirements-train.txt -r tests/requirements-ml.txt
	@touch $@

clean:
	rm -rf out dist assets .venv
