import type { Tone, WebhookEvent } from "../simulator-kit/index.ts";
import type { LinkStatus } from "./links.ts";

export const PAYMENT_STATUSES: Readonly<Record<LinkStatus, Tone>> = {
  pending: "waiting",
  paid: "good",
  completed: "good",
  expired: "bad",
  cancelled: "bad",
  failed: "bad",
};

/** docs.fazz.com, v4-ID, Accept payment links: callbacks go out for these two. */
export const WEBHOOK_EVENTS: readonly WebhookEvent[] = [
  { name: "paid", label: "the link is paid", about: "link" },
  { name: "completed", label: "the payment is settled", about: "link" },
];

/** The status that a webhook reports. */
export const statusIn = (event: string): "paid" | "completed" => (event === "completed" ? "completed" : "paid");
