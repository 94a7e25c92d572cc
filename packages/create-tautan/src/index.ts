export type { Choices, Database, Framework, Gateway } from "./choices.ts";
export { DATABASES, DEFAULT_CHOICES, DEFAULT_GATEWAY, FRAMEWORKS, GATEWAYS } from "./choices.ts";
export { dependenciesOf } from "./manifest.ts";
export type { Addition } from "./project-files.ts";
export { addedFiles, projectFiles, releaseOfFiles } from "./project-files.ts";
