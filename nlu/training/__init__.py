"""Training of the encoder that ships: vocabulary → distillation → heads (run `python -m nlu.training --help`)."""
