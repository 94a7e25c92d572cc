import { describeSchedules } from "./chaos/describe-schedules.ts";

describeSchedules({ share: 0, shares: 2 });
