/**
 * A body that may have so many bytes.
 *
 * @module
 */

/** The same body, which fails where it has more than `limit` bytes, and tells when it was read. */
export function limitedBody(
  body: ReadableStream<Uint8Array>,
  limit: number,
  { onEnd, tooLarge }: { onEnd(): void; tooLarge(): Error },
): ReadableStream<Uint8Array> {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > limit) throw tooLarge();
        controller.enqueue(chunk);
      },
      flush: onEnd,
    }),
  );
}
