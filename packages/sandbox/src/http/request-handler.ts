import { rateLimited, serverError, webPage } from "../chaos/fault-answers.ts";
import type { FaultName } from "../chaos/faults.ts";
import type { Chaos } from "../chaos/rules.ts";
import { createSentForms } from "../pages/sent-forms.ts";
import type { ProviderDefinition } from "../provider.ts";
import { RefusedAction, type Simulator } from "../simulator.ts";
import { type Journal, shortened } from "../state/journal.ts";
import type { RecordedAction } from "../state/recorded-actions.ts";
import type { Clock, RecordedRequest } from "../types.ts";
import type { Connections } from "./connections.ts";
import type { Serve, ServerContext } from "./local-server.ts";
import { readBody } from "./request-body.ts";

/** The result of one call: the response, and its changes on the way. */
interface Fate {
  /** `undefined`: there will be none. */
  readonly response: Response | undefined;
  readonly faults: readonly FaultName[];
  readonly send: (context: ServerContext) => Promise<Response> | Response;
}

/** Responds to the calls of one provider, with its faults, and records them. */
export const createRequestHandler = (parts: {
  readonly definition: ProviderDefinition;
  readonly simulator: Simulator;
  readonly chaos: Chaos;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly journal: Journal<RecordedRequest>;
  /** The payers' pages. */
  readonly actions: Journal<RecordedAction>;
  /** The place of what begins now among all that is recorded. */
  readonly nextOrder: () => number;
  /** Called after a pay page may have changed something. */
  readonly onChange: () => void;
  /** Throws if the state that a response reports cannot be stored. */
  readonly keep: () => void;
}): Serve => {
  const { definition, simulator, chaos, clock, connections, journal, actions, nextOrder, onChange, keep } = parts;
  const { name: provider } = definition;
  const carriedOut = createSentForms<RecordedAction>();

  /** A response in place of the provider, which then does nothing. */
  const fateBefore = (path: string): Fate | undefined => {
    const limit = chaos.trigger(provider, "rate_limit");
    if (limit !== undefined) return answered("rate_limit", rateLimited(definition, path, limit.retryAfterSeconds));
    return (
      fateWithOtherAnswer(path, "server_error", "html_body") ??
      fateWithoutAnswer("reset_before_commit", "timeout_before_commit")
    );
  };

  /** A fault that keeps the provider's response from the client. */
  const fateAfter = (path: string): Fate | undefined =>
    fateWithOtherAnswer(path, "server_error_after_commit", "html_body_after_commit") ??
    fateWithoutAnswer("reset_after_commit", "timeout_after_commit");

  const fateWithOtherAnswer = (path: string, error: FaultName, page: FaultName): Fate | undefined => {
    const trouble = chaos.trigger(provider, error);
    if (trouble !== undefined) return answered(error, serverError(definition, path, trouble.status));
    const other = chaos.trigger(provider, page);
    return other === undefined ? undefined : answered(page, webPage(other.status));
  };

  const fateWithoutAnswer = (reset: FaultName, timeout: FaultName): Fate | undefined => {
    if (chaos.trigger(provider, reset) !== undefined) {
      return { response: undefined, faults: [reset], send: ({ env }) => connections.reset(env) };
    }
    if (chaos.trigger(provider, timeout) === undefined) return undefined;
    return { response: undefined, faults: [timeout], send: ({ env }) => connections.leaveWaiting(env) };
  };

  const fateOf = async (context: ServerContext): Promise<Fate> => {
    const { path } = context.req;
    const early = fateBefore(path);
    if (early !== undefined) return slowed(early);
    const faults: FaultName[] = [];
    const { tokens } = simulator;
    if (tokens?.isCall(path) === false && chaos.trigger(provider, "expired_token") !== undefined) {
      tokens.expire();
      faults.push("expired_token");
    }
    const known = chaos.isSet(provider, "webhook_before_response") ? simulator.links().length : undefined;
    let response = await simulator.app.fetch(context.req.raw);
    if (tokens?.isCall(path) === true && response.ok && chaos.trigger(provider, "numeric_expires_in") !== undefined) {
      response = await tokens.withNumericLife(response);
      faults.push("numeric_expires_in");
    }
    if (known !== undefined && (await payNewLink(response, known))) faults.push("webhook_before_response");
    const after = fateAfter(path);
    if (after?.response !== undefined && after.faults.includes("server_error_after_commit")) {
      await simulator.keepInstead?.(context.req.raw, after.response);
    }
    const fate = after ?? { response, faults: [], send: () => response };
    return slowed({ ...fate, faults: [...faults, ...fate.faults] });
  };

  /** Pays the link that this response created. */
  const payNewLink = async (response: Response, known: number): Promise<boolean> => {
    const created = simulator.links().slice(known);
    if (created.length === 0) return false;
    const text = await response.clone().text();
    const { link } = created.find((summary) => text.includes(JSON.stringify(summary.link))) ?? {};
    const payable = link === undefined ? undefined : simulator.linkAt(new URL(link).pathname);
    if (payable === undefined || chaos.trigger(provider, "webhook_before_response") === undefined) return false;
    try {
      await payable.pay({});
    } catch (error) {
      // A merchant who hears of it may close the link before it is paid.
      if (!(error instanceof RefusedAction)) throw error;
    }
    return true;
  };

  const slowed = (fate: Fate): Fate => {
    const { response } = fate;
    const slow = response === undefined ? undefined : chaos.trigger(provider, "slow_bytes");
    if (response === undefined || slow === undefined) return fate;
    return {
      ...fate,
      faults: [...fate.faults, "slow_bytes"],
      send: ({ env }) => connections.sendSlowly(env, response, slow.pauseMs),
    };
  };

  const servePayPage = async (context: ServerContext): Promise<Response> => {
    if (context.req.method !== "POST") return simulator.app.fetch(context.req.raw);
    const [order, atMs] = [nextOrder(), clock.now()];
    const form = new URLSearchParams(await readBody(context));
    const page = await simulator.app.fetch(context.req.raw);
    const { pathname } = new URL(context.req.url);
    const shown = new URLSearchParams(page.headers.get("location")?.split("?")[1]);
    const payment = form.get("payment") ?? shown.get("paid") ?? shown.get("payment");
    const action: RecordedAction = {
      order,
      by: "pay page",
      action: form.get("do") ?? "pay",
      link: { provider, path: simulator.ownPath?.(pathname) ?? pathname },
      ...(payment !== null && { payment }),
      atMs,
    };
    if (page.status === 409) actions.add({ ...action, refusal: "refused, as the page showed" });
    if (page.status === 303) {
      // A form that is sent twice was carried out once.
      await carriedOut.once(`${pathname} ${form.get("form") ?? order}`, async () => {
        actions.add(action);
        return action;
      });
    }
    return page;
  };

  return async (context) => {
    if (simulator.isPayPage(context.req.path)) {
      const page = await servePayPage(context);
      if (context.req.method !== "GET") onChange();
      // To look at a page makes up the id of its form.
      keep();
      return page;
    }
    const order = nextOrder();
    const startedMs = performance.now();
    const body = await readBody(context);
    const { response, faults, send } = await fateOf(context);
    const durationMs = Math.round(performance.now() - startedMs);
    const url = new URL(context.req.url);
    const headers = context.req.header();
    journal.add({
      order,
      provider,
      method: context.req.method,
      path: url.pathname + url.search,
      headers: withoutKeys(headers, definition.keyHeaders),
      body,
      ...(response === undefined ? {} : { status: response.status, answer: shortened(await response.clone().text()) }),
      durationMs,
      faults,
      atMs: clock.now(),
    });
    keep();
    return send(context);
  };
};

const answered = (fault: FaultName, response: Response): Fate => ({ response, faults: [fault], send: () => response });

/** A client may send a real key by mistake: only the sandbox's own is recorded. */
const withoutKeys = (
  headers: Readonly<Record<string, string>>,
  keyHeaders: ProviderDefinition["keyHeaders"] = {},
): Readonly<Record<string, string>> => {
  const isForeignKey = (name: string): boolean =>
    name === "authorization" || (name in keyHeaders && headers[name] !== keyHeaders[name]);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isForeignKey(name) ? "[redacted]" : value]),
  );
};
