// Changing a link, and the requests of the two API versions.
import { type CreateInput, type DriverError, driverError, type LinkPreview } from "@tautan/core/driver";
import { parseBy, readReply } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import type { SingapayApiVersion } from "./capabilities.ts";
import type { SingapayClient } from "./client.ts";
import { type LinkChange, previewOf } from "./create-body.ts";
import * as first from "./create-body-v1.ts";
import * as second from "./create-body-v2.ts";
import { missingChanges } from "./link.ts";
import { type ReadLink, readLink } from "./reads.ts";
import { linkState } from "./status.ts";
import { mutableFields } from "./wire.generated.ts";

/** The requests of one API version. */
export interface Requests {
  readonly create: (input: CreateInput) => Result<object, DriverError>;
  /** The expected link of a request. */
  readonly preview: (input: CreateInput) => LinkPreview;
  /** The error for a change that is refused before the link is read. */
  readonly changeError: (change: LinkChange) => DriverError | undefined;
  readonly update: (before: ReadLink, change: LinkChange) => Promise<Result<object, DriverError>>;
}

const firstGeneration: Requests = {
  create: first.toWireCreate,
  preview: first.previewOf,
  changeError: first.changeError,
  update: async ({ raw, reply }, change) => {
    if (reply.source === "api v2" && change.usage?.limit === "unlimited") return err(othersLimit());
    return readReply(await parseBy(mutableFields, raw))
      .mapErr(nothingSent)
      .andThen((current) => first.toWireUpdate(current, change));
  },
};

/** The number that means no limit in version 1 is an ordinary limit in version 2. */
const othersLimit = (): DriverError =>
  driverError("invalid_state", {
    message: "the link was created by SingaPay's API version 2, whose limit version 1 cannot remove",
    outcome: "not_sent",
    hint: "Change it through a driver with apiVersion: 2.",
  });

const secondGeneration: Requests = {
  create: second.toWireCreate,
  preview: previewOf,
  changeError: () => undefined,
  update: async ({ reply }, change) => second.toWireUpdate(reply, change),
};

/** The requests of a version. */
export const requestsOf = (version: SingapayApiVersion): Requests =>
  version === 1 ? firstGeneration : secondGeneration;

/**
 * Changes a link: reads it, sends the fields that its API version requires, reads it again and compares. A link that is already
 * open or closed, as requested, is not changed.
 */
export const changeLink = async (
  client: SingapayClient,
  requests: Requests,
  id: string,
  change: LinkChange,
): Promise<Result<ReadLink, DriverError>> => {
  const error = requests.changeError(change);
  if (error) return err(error);
  const before = await readLink(client, id);
  if (before.isErr()) return err(nothingSent(before.error));
  if (change.status !== undefined && isInState(before.value, change.status)) return ok(before.value);

  const body = await requests.update(before.value, change);
  if (body.isErr()) return err(body.error);
  const { link, reply } = before.value;
  const sources = [link, change, { texts: [reply.description, reply.title, reply.expired_redirect_url] }];
  const updated = await client.updateLink(id, body.value, sources);
  if (updated.isErr()) return err(updated.error);

  const after = await readLink(client, id);
  if (after.isErr()) return err(Object.freeze({ ...after.error, outcome: "unknown" as const }));
  const missing = missingChanges(before.value.link, after.value, change);
  const differs = change.status === undefined || isInState(after.value, change.status) ? missing : ["status"];
  return differs.length === 0 ? ok(after.value) : err(notTaken(differs));
};

/** By the stored word: an expired link is still stored as open or closed. */
const isInState = ({ reply }: ReadLink, wished: "open" | "closed"): boolean =>
  linkState(reply.status ?? reply.status_computed) === wished;

/** A read that failed before a change leaves the link as it was. */
const nothingSent = (error: DriverError): DriverError =>
  error.outcome === "unknown" ? Object.freeze({ ...error, outcome: "not_sent" }) : error;

const notTaken = (fields: readonly string[]): DriverError =>
  driverError("reply_mismatch", {
    message: `SingaPay accepted the change, but the link does not show it: ${fields.join(", ")}`,
    hint: "Read the link to see its current state.",
  });
