import type { DriverCapabilities } from "@tautan/core";
import type { Driver, WebhookAcknowledgements } from "@tautan/core/driver";
import { acknowledgement } from "@tautan/driver-kit";
import type { MemoryCapabilities } from "./capabilities.ts";
import { Deliveries, type MemoryDelivery } from "./deliveries.ts";
import { type ExpectedLink, expectLinkIn, type MemoryLink, memoryLinkOf } from "./expect-link.ts";
import { type FailingOperation, Failures } from "./failures.ts";
import { createHandlers, declaredHandlers } from "./handlers.ts";
import { checkOptions, type MemoryOptions } from "./options.ts";
import { createSimulator, type Simulator } from "./simulate.ts";
import { MemoryStore } from "./store.ts";
import type { CapabilitiesOf, MemoryTraits } from "./traits.ts";

/** The memory driver, plus a simulated payer, and a view of what happened at the gateway. */
export interface MemoryDriver<Capabilities extends DriverCapabilities = MemoryCapabilities>
  extends Driver<"memory", Capabilities, never> {
  /** Simulates the payer, the bank and the gateway's bad days. */
  readonly simulate: Simulator;
  /** All links that were ever created and not deleted, oldest first, as the gateway keeps them. */
  readonly created: readonly MemoryLink[];
  /** All webhooks that the simulator sent, oldest first. */
  readonly deliveries: readonly MemoryDelivery[];
  /** The operations that were called, in order. Some calls of your code cause several, others none. */
  readonly calls: readonly FailingOperation[];
  /**
   * Returns the link of a reference, and throws an `Error` if it is not as expected: by default exactly one link.
   *
   * @example
   * ```ts
   * import { createMemoryDriver } from "@tautan/driver-memory";
   *
   * const gateway = createMemoryDriver();
   * // after your code ran:
   * const isPaidOnce = (reference: string) => gateway.expectLink(reference, { status: "exhausted", payments: ["paid"] });
   * ```
   */
  expectLink(reference: string, expected?: ExpectedLink): MemoryLink;
}

/**
 * Creates a driver that keeps its links in memory, for tests. It supports the whole API: usage, expiry, histories and signed
 * webhooks. It uses no network. With `like` or `traits`, it is a gateway that cannot do everything.
 *
 * @throws `TypeError` if an option is invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks, idr } from "@tautan/core";
 * import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
 *
 * const clock = createManualClock("2026-01-01T00:00:00Z");
 * const memory = createMemoryDriver({ clock });
 * const links = createPaymentLinks({ default: "memory", gateways: { memory }, clock });
 * await links.create({ reference: "INV-001", amount: idr(190_000) });
 * const { webhook } = await memory.simulate.pay("INV-001");
 * const delivery = await links.parseWebhook("memory", webhook);
 * ```
 */
export const createMemoryDriver = <
  const Like extends DriverCapabilities = MemoryCapabilities,
  const Traits extends MemoryTraits = MemoryTraits,
>(
  options: MemoryOptions<Like, Traits> = {},
): MemoryDriver<CapabilitiesOf<Like, Traits>> => {
  const checked = checkOptions(options);
  const store = new MemoryStore();
  const deliveries = new Deliveries(checked);
  const failures = new Failures();
  const calls: FailingOperation[] = [];
  const driver = {
    contract: 1,
    name: "memory",
    capabilities: checked.capabilities,
    handlers: declaredHandlers(createHandlers(store, checked), checked, failures, (each) => calls.push(each)),
    acknowledgements,
    simulate: createSimulator(store, checked, deliveries, failures),
    get created() {
      return store.all().map((each) => memoryLinkOf(each, checked));
    },
    get deliveries() {
      return deliveries.all;
    },
    get calls() {
      return Object.freeze([...calls]);
    },
    expectLink: (reference: string, expected: ExpectedLink = {}) => expectLinkIn(store, checked, reference, expected),
  };
  // The handlers were chosen by the capabilities, which the options determine.
  return Object.freeze(driver) as unknown as MemoryDriver<CapabilitiesOf<Like, Traits>>;
};

const acknowledgements: WebhookAcknowledgements = Object.freeze({
  accepted: acknowledgement(200),
  forged: acknowledgement(401),
  malformed: acknowledgement(400),
  retryLater: acknowledgement(503),
});
