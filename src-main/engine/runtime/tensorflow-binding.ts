/** What we use of the native package's binding (its tfjs_binding.d.ts). Tensors and models are numbers, and freed by hand. */
export type Binding = {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_Version: string;
  createTensor(shape: readonly number[], type: number, data: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  getNumOfTensors(): number;
  executeOp(op: string, attributes: readonly object[], inputs: readonly number[], outputs: number): Made[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): Made[];
};

type Made = { readonly id: number; readonly shape: readonly number[] };
