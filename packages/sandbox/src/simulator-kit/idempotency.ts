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

/** Answers a repeated POST with the first reply to its key, which is kept for a while and does nothing a second time. */
export const replayByKey = (parts: {
  readonly header: string;
  readonly collection: Collection<StoredReply>;
  readonly clock: Clock;
  readonly keptMs: number;
  /** Whether a reply is kept. One of a request that was refused before anything was done may be none. */
  readonly isKept: (reply: Response) => boolean;
  readonly refuse: (context: Context, problem: KeyProblem) => Response;
}): MiddlewareHandler => {
  const { header, collection, clock, keptMs, isKept, refuse } = parts;
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

  return async (context, next) => {
    const key = context.req.header(header);
    if (context.req.method !== "POST" || key === undefined) return next();
    const digest = createHash("sha256")
      .update(`${context.req.url} ${await context.req.text()}`)
      .digest("hex");
    forgetOld(clock.now());
    const known = replies.get(key);
    if ((known?.digest ?? inProgress.get(key) ?? digest) !== digest) return refuse(context, "other_request");
    if (known !== undefined) {
      return new Response(known.body, { status: known.status, headers: { "Content-Type": known.contentType } });
    }
    if (inProgress.has(key)) return refuse(context, "in_progress");
    inProgress.set(key, digest);
    try {
      await next();
      if (!isKept(context.res)) return undefined;
      const reply = context.res.clone();
      const stored: StoredReply = {
        digest,
        status: reply.status,
        contentType: reply.headers.get("content-type") ?? "",
        body: await reply.text(),
        atMs: clock.now(),
      };
      replies.set(key, stored);
      collection.put(key, stored);
    } finally {
      inProgress.delete(key);
    }
    return undefined;
  };
};
