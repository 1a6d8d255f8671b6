/**
 * Files: arrays (.npy, .npz), tensors by name (.safetensors), delimited text, pictures. This layer knows bytes and
 * shapes, not what they mean. Written files appear whole or not at all, and an existing one is kept unless `overwrite`
 * is given.
 *
 * @module
 */
export { type ReadCsvOptions, readCsv } from './csv.ts'
export { type Image, readImage } from './image.ts'
export { type ReadNpyOptions, readNpy, writeNpy } from './npy.ts'
export { readNpz } from './npz.ts'
export { writePng } from './png.ts'
export { LazyTensor, readSafetensors, Safetensors, type TensorMatrixOptions } from './readSafetensors.ts'
export type { TensorArray, TensorDtype } from './tensorTypes.ts'
export type { WriteOptions } from './write.ts'
export {
  type TensorLike,
  type TensorParts,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './writeSafetensors.ts'
