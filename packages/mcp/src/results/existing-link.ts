import type { LinkStatus, PaymentLink, PaymentLinks } from "@tautan/core";
import * as z from "zod";
import { visible } from "./presentable.ts";

/** The fields that a create returns beside a link that was there before, if it is not quite what was asked for. */
export const EXISTING = {
  notice: z
    .string()
    .optional()
    .describe("How the link that already existed differs from what was asked for. Report it to the person."),
  nextStep: z.string().optional().describe("What you should do now. Absent: share link.url."),
};

interface Existing {
  readonly notice?: string;
  readonly nextStep?: string;
}

const FOR_ANOTHER =
  "Another link needs a new reference, which the person whom you work for decides on. Do not make up another reference.";

/** The statuses in which a link accepts no payments any more, and what to look at then. */
const ENDED: { readonly [status in LinkStatus]?: string } = {
  exhausted: "list_payments with link.id shows its payments.",
  expired: "list_payments with link.id shows whether it was paid before.",
  closed: "get_trail with link.id shows who closed it.",
  deleted: "get_trail with link.id shows who deleted it.",
};

/** What to do instead of sharing a link that has ended; `undefined` if it has not. */
export const stepAfterEnd = (status: string): string | undefined => {
  const look = Object.hasOwn(ENDED, status) ? ENDED[status as LinkStatus] : undefined;
  return look && `Do not share it. ${look} ${FOR_ANOTHER}`;
};

/** The key by which a gateway is configured now. */
const presentKey = (links: PaymentLinks, key: string): string => links.canonicalId(`${key}:x`)?.split(":")[0] ?? key;

const MAX_KEY_LENGTH = 64;

/**
 * The ledger compares requests without their gateway, as `requestFingerprint` does: the link of a reference is one, at whichever gateway
 * it was made. An agent that named another one must know.
 */
export const noticeOf = (links: PaymentLinks, link: PaymentLink, requested: string | undefined): Existing => {
  const { gateway, status } = link;
  const isElsewhere = requested !== undefined && presentKey(links, requested) !== gateway;
  const afterEnd = stepAfterEnd(status);
  if (!isElsewhere && afterEnd === undefined) return {};
  const place = isElsewhere ? ` at the gateway ${gateway}` : "";
  const end = afterEnd === undefined ? "" : `, and accepts no payments: it is ${status}`;
  const unused = isElsewhere
    ? ` The requested gateway ${JSON.stringify(visible(requested, MAX_KEY_LENGTH))} was not used.`
    : "";
  return {
    notice: `The link of this reference already existed${place}${end}.${unused}`,
    nextStep: afterEnd ?? `Share link.url if it may be paid at ${gateway}. ${FOR_ANOTHER}`,
  };
};
