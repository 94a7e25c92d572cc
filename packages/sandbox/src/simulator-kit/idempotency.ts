import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { Collection } from "../state/store.ts";
import type { Clock } from "../types.ts";

/** The response to the first call with a key. */
export interface StoredReply {
  /** A fingerprint of the call: another call with the same key has another one. */
  readonly digest: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly atMs: number;
}

/** Why a call with a known key is not answered. */
export type KeyProblem = "other_request" | "in_progress";

/** The replies to keys, which are kept for a while. */
export interface KeyedReplies {
  /** Answers a repeated POST with the first reply to its key, and does nothing a second time. */
  readonly middleware: MiddlewareHandler;
  /** Keeps another reply to a call than its own, if that is kept: what the client got instead of it. */
  replace(request: Request, reply: Response): Promise<void>;
}

interface KeyedRepliesParts {
  readonly header: string;
  readonly collection: Collection<StoredReply>;
  readonly clock: Clock;
  readonly keptMs: number;
  /** Whether a reply is kept. One of a request that was refused before anything was done may be none. */
  readonly isKept: (reply: Response) => boolean;
  readonly refuse: (context: Context, problem: KeyProblem) => Response;
  /** A header of each reply that is repeated, with its value. */
  readonly replayedHeader?: readonly [string, string];
}

/** Answers a repeated POST with the first reply to its key, which is kept for a while and does nothing a second time. */
export const replayByKey = (parts: KeyedRepliesParts): MiddlewareHandler => createKeyedReplies(parts).middleware;

export const createKeyedReplies = (parts: KeyedRepliesParts): KeyedReplies => {
  const { header, collection, clock, keptMs, isKept, refuse, replayedHeader = [] } = parts;
  const replies = new Map(collection.stored);
  const inProgress = new Map<string, string>();

  /** Not in the order of their times: the clock can be moved back. */
  const forgetOld = (nowMs: number): void => {
    for (const [key, { atMs }] of replies) {
      if (nowMs < atMs + keptMs) continue;
      replies.delete(key);
      collection.remove(key);
    }
  };

  const keep = async (key: string, digest: string, reply: Response): Promise<void> => {
    const copy = reply.clone();
    const stored: StoredReply = {
      digest,
      status: copy.status,
      contentType: copy.headers.get("content-type") ?? "",
      body: await copy.text(),
      atMs: clock.now(),
    };
    replies.set(key, stored);
    collection.put(key, stored);
  };

  const middleware: MiddlewareHandler = async (context, next) => {
    const key = context.req.header(header);
    if (context.req.method !== "POST" || key === undefined) return next();
    const digest = createHash("sha256")
      .update(`${context.req.url} ${await context.req.text()}`)
      .digest("hex");
    forgetOld(clock.now());
    const known = replies.get(key);
    if ((known?.digest ?? inProgress.get(key) ?? digest) !== digest) return refuse(context, "other_request");
    if (known !== undefined) {
      const [replayed, value = ""] = replayedHeader;
      const headers = { "Content-Type": known.contentType, ...(replayed !== undefined && { [replayed]: value }) };
      return new Response(known.body, { status: known.status, headers });
    }
    if (inProgress.has(key)) return refuse(context, "in_progress");
    inProgress.set(key, digest);
    try {
      await next();
      if (isKept(context.res)) await keep(key, digest, context.res);
    } finally {
      inProgress.delete(key);
    }
    return undefined;
  };

  return {
    middleware,
    async replace(request, reply) {
      const key = request.headers.get(header) ?? undefined;
      const known = key === undefined ? undefined : replies.get(key);
      if (key !== undefined && known !== undefined) await keep(key, known.digest, reply);
    },
  };
};
