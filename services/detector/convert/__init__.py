"""Turns a TensorFlow.js graph model into an ONNX file, with numpy and nothing else."""
