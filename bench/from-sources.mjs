// Packages of this repository load from their sources: their bundles do not have files of their own for what a benchmark looks into.
import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, { ...context, conditions: [...context.conditions, "@tautan/source"] }),
});
