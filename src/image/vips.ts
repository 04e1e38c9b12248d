import sharp from "sharp";

/**
 * sharp, set up for this process before anybody can use it:
 *
 * - Only the loaders of the formats taken exist. The others (SVG, PDF, and whatever a custom libvips
 *   brings) parse languages, follow references or are rarely tested; they are not reachable at all.
 * - One thread an image. Many small images are decoded side by side, each on its own thread, which
 *   wastes less than several threads on one of them.
 * - No cache of results, as no image is decoded twice.
 */
export { sharp };

sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"].map((name) =>
    `VipsForeignLoad${name}`
  ),
});
sharp.concurrency(1);
sharp.cache(false);
