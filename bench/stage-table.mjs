// The stages of a webhook, as a section: stages.mjs runs the source in a process of its own.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export const measure = async () => {
  const script = fileURLToPath(new URL("stages.mjs", import.meta.url));
  const { stdout } = await run(process.execPath, ["--conditions=@tautan/source", "--no-warnings", script, "--json"]);
  const stagesOf = JSON.parse(stdout);
  const columns = Object.keys(stagesOf);
  const stages = Object.keys(stagesOf[columns[0]]);
  return [
    {
      id: "stages",
      title: "A webhook as text, stage by stage",
      unit: "µs of CPU",
      columns,
      rows: Object.fromEntries(stages.map((stage) => [stage, columns.map((each) => stagesOf[each][stage])])),
      note: "A sampling profiler attributes each sample to the innermost function that belongs to a stage.",
    },
  ];
};
