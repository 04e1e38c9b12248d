/**
 * Images for training: from a folder, an archive or a drawing hand to squares of bytes, decoded once
 * and kept in a cache.
 *
 * @module
 */
export {
  type Dataset,
  type DatasetOptions,
  describeSkipped,
  OWN_IMAGE_LIMITS,
  type SkippedFile,
} from "./dataset.ts";
export { hasSplits, openDataset } from "./open_dataset.ts";
export { selectImages } from "./select_images.ts";
export { drawShape, SHAPE_CLASSES } from "./shapes.ts";
