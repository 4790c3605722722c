/**
 * ONNX Runtime, and the only place that imports it: since 1.29 it sends its maker events about the machine and every session, unless this
 * stands in the environment before the first one begins. On Windows it gives them to the system's own tracing instead.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';

export * from 'onnxruntime-node';
