import type { Hono } from "hono";
import { html } from "hono/html";
import type { Html } from "../pages/layout.ts";
import { RefusedAction } from "../simulator.ts";
import { frame, live } from "./frame.ts";
import type { InspectorParts } from "./parts.ts";

/** Asks first, on a page of its own, since no script may ask. */
export const mountResetPages = (app: Hono, parts: InspectorParts): void => {
  app.get("/reset", (context) => context.html(renderReset(parts)));

  app.post("/reset", async (context) => {
    try {
      await parts.sandbox.reset();
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      return context.html(renderReset(parts, error.message), error.status);
    }
    return context.redirect("/inspector", 303);
  });
};

const renderReset = ({ sandbox, run, listLinks }: InspectorParts, refusal?: string): Html => {
  const { deliveries, requests } = run();
  const links = listLinks();
  const payments = links.reduce((sum, { payments }) => sum + payments.length, 0);
  const faults = sandbox.chaos.faults().reduce((sum, { settings }) => sum + Object.keys(settings).length, 0);
  return frame({
    title: "Reset the sandbox?",
    place: "/inspector/reset",
    refusal,
    body: html`<p>The sandbox starts again with the same options, seed <code>${sandbox.seed}</code> and ports. The reset deletes:</p>
    ${live(
      "lost",
      html`<ul><li>${counted(links.length, "link")} with ${counted(payments, "payment")}, and their pay pages; initial links are created again</li>
      <li>The record of ${counted(deliveries.entries.length, "webhook")} and ${counted(requests.entries.length, "API call")}, and everything that is still to be sent</li>
      ${faults === 0 ? "" : html`<li>${counted(faults, "fault")} set on the Chaos page; those that were set at the start are set again</li>`}
      <li>The time of the clock and the webhook URLs, which return to those of the start</li></ul>`,
    )}
    <p>This cannot be undone.</p>
    <form method="post" action="/inspector/reset" class="row"><button>Reset the sandbox</button>
      <a class="button second" href="/inspector">Keep everything</a></form>`,
  });
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
