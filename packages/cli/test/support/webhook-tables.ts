// The faulty webhooks of the drivers that the program's tests depend on. Those of all drivers are in examples/conformance.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type DriverFaults, loadDriverFaults } from "@tautan/example-conformance/webhook-faults";

const MODULES = resolve(import.meta.dirname, "../../node_modules");

/** A command in this process finds no other driver. */
export const TABLES: readonly DriverFaults[] = (await loadDriverFaults()).filter(({ definition }) =>
  existsSync(resolve(MODULES, "@tautan", `driver-${definition.name}`)),
);
