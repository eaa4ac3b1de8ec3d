const mostBytes = 1_000_000;

/** No answer that could be read: nobody there, too late, too long, or trouble of the provider's own. */
export class ProviderAway extends Error {}

/** An answer is read to its end within the time limit, and only so far. */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, options);
    if (response.status >= 500) {
      await response.body?.cancel();
      throw new ProviderAway(`It answered ${response.status}`);
    }
    const { status, headers } = response;
    const body = await readUpTo(mostBytes, response);
    return new Response(status === 204 || status === 304 ? null : body, { status, headers });
  } catch (error) {
    throw error instanceof ProviderAway ? error : new ProviderAway(reasonOf(error), { cause: error });
  }
}

async function readUpTo(most: number, { body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > most) {
      throw new ProviderAway(`It answered more than ${most} bytes`);
    }
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** `ECONNREFUSED`, `TimeoutError` and the like: for the log. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return String(cause?.code ?? (error instanceof Error ? error.name : error));
}
