// Reads of links.
import { type DriverError, type DriverLink, driverError } from "@tautan/core/driver";
import { type JsonObject, parseBy, readReply } from "@tautan/driver-kit/http";
import { err, ok, type Result } from "neverthrow";
import { accountOf, asObject } from "./account.ts";
import type { SingapayClient } from "./client.ts";
import { linkFromWire } from "./link.ts";
import { linkReply } from "./wire.generated.ts";
import type { LinkReply } from "./wire.ts";

/** A link that was read: in the provider's form, in ours, and unchanged. */
export interface ReadLink {
  readonly reply: LinkReply;
  readonly link: DriverLink;
  readonly raw: unknown;
}

/** Ids are numbers. Anything else is never put into a URL, where `..` would change the path. */
const isLinkId = (id: string): boolean => /^\d{1,19}$/.test(id);

const noSuchLink = (): DriverError =>
  driverError("not_found", { message: "SingaPay has no such link: its ids are numbers", outcome: "not_sent" });

export const linkIn = async (body: JsonObject): Promise<Result<ReadLink, DriverError>> => {
  const raw = body["data"];
  return readReply(await parseBy(linkReply, raw)).map((reply) => ({ reply, raw, link: linkFromWire(reply, raw) }));
};

export const linkOfRow = async (row: JsonObject): Promise<Result<DriverLink, DriverError>> =>
  readReply(await parseBy(linkReply, row)).map((reply) => linkFromWire(reply, row));

export const readLink = async (client: SingapayClient, id: string): Promise<Result<ReadLink, DriverError>> => {
  if (!isLinkId(id)) return err(noSuchLink());
  const body = await client.getLink(id);
  if (body.isErr()) return err(body.error);
  return (await linkIn(body.value)).andThen((read) => {
    if (read.reply.id !== id) {
      const message = "SingaPay returned a different id than requested";
      return err(driverError("reply_mismatch", { message, retryable: true }));
    }
    // Version 2 reads by the link's id alone, whichever account of the credential has the link.
    return accountOf([asObject(read.raw)], client.account) === "foreign" ? err(othersLink()) : ok(read);
  });
};

/**
 * Deletes a link. Only the documented message is believed, because any other response in the same envelope may belong to
 * another request. Source: https://docs.singapay.id/api-reference/payment-link/delete.
 */
export const deleteLink = async (client: SingapayClient, id: string): Promise<Result<undefined, DriverError>> => {
  if (!isLinkId(id)) return err(noSuchLink());
  const body = await client.deleteLink(id);
  return body.andThen(({ data }) => {
    const message = asObject(data)?.["message"];
    return typeof message === "string" && DELETED.test(message) ? ok(undefined) : err(notDeleted());
  });
};

const DELETED = /^payment link deleted successfully\.?$/i;

const notDeleted = (): DriverError =>
  driverError("malformed_response", {
    message:
      "the response to the deletion is not the documented message, so it does not prove that the link was deleted",
  });

const othersLink = (): DriverError =>
  driverError("not_found", {
    message: "SingaPay has this link under another account, not accountId",
    hint: "Use the gateway with the link's accountId.",
  });
