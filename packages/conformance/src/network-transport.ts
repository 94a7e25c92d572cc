import { err, ok, type Result } from "neverthrow";
import { firedByDeadline } from "./abort-reason.ts";
import type { NetworkFailure, NetworkReply, NetworkRequest, NetworkTransport, ReplyFault, Traffic } from "./traffic.ts";

type Sent = Promise<Result<NetworkReply, NetworkFailure>>;

const CONNECTION_REFUSED: NetworkFailure = { reason: "connect", sent: false, code: "ECONNREFUSED" };
const CONNECTION_RESET: NetworkFailure = { reason: "broken", sent: true, code: "ECONNRESET" };

/** A transport whose requests go through traffic. */
export const transportThrough = (traffic: Traffic, transport: NetworkTransport): NetworkTransport => ({
  send: async (request): Sent => {
    const answer = traffic.scriptFor(request);
    if (answer !== undefined) {
      traffic.count(traffic.isWrite(request) ? contentOf(request) : undefined);
      return ok(await answer(() => transport.send(request)));
    }
    if (traffic.isPreparation(request)) {
      traffic.count();
      return transport.send(request);
    }
    const isWrite = traffic.isWrite(request);
    const fault = traffic.faultFor(isWrite);
    if (fault === "refuse_connection") return err(CONNECTION_REFUSED);
    traffic.count(isWrite ? contentOf(request) : undefined);
    if (fault === undefined) return transport.send(request);
    if (fault === "lose_request") return err(CONNECTION_RESET);
    if (fault === "lose_answer") return (await transport.send(request)).andThen(() => err(CONNECTION_RESET));
    if (fault === "truncated") return (await transport.send(request)).map(cutShort);
    if (fault === "page_afterwards") return (await transport.send(request)).map(() => pageWith(403));
    if (fault !== "silence") return ok(replyOf(traffic, fault, request));
    await traffic.hold(request.signal);
    return err({ reason: firedByDeadline(request.signal) ? "timeout" : "aborted", sent: true });
  },
});

/** What must be identical in a repeat: the request without the headers that a gateway expects to differ. */
const contentOf = ({ method, url, headers, body = "" }: NetworkRequest): string => {
  const key = Object.entries(headers).find(([name]) => /^(x-)?idempotency-key$/i.test(name))?.[1];
  return [method, url, body, ...(key === undefined ? [] : [key])].join(" ");
};

const cutShort = (reply: NetworkReply): NetworkReply => ({
  ...reply,
  text: reply.text.slice(0, Math.floor(reply.text.length / 2)),
});

const HTML = "<!doctype html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>";

const pageWith = (status: number): NetworkReply => replyWith(status, "text/html", HTML);

const replyOf = (
  traffic: Traffic,
  fault: Exclude<ReplyFault, "truncated" | "page_afterwards">,
  request: NetworkRequest,
): NetworkReply => {
  if (fault === "html") return pageWith(200);
  if (fault.startsWith("page_")) return pageWith(Number(fault.slice("page_".length)));
  if (fault === "empty") return replyWith(200, "application/json", "");
  const status = Number(fault.slice("http_".length));
  return replyWith(status, "application/json", traffic.refusalBody(status, spellOut(request)));
};

const replyWith = (status: number, contentType: string, text: string): NetworkReply => ({
  status,
  header: (name) => (name === "content-type" ? contentType : undefined),
  text,
});

/** The whole request in a line, as careless providers and proxies repeat it. */
const spellOut = ({ method, url, headers, body = "" }: NetworkRequest): string =>
  [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), body].join(" | ");
