/**
 * A service that has jobs and nothing else, until it is killed: for supervisor_kills_test.ts.
 *
 * @module
 */
import { createSupervisor } from "../../src/jobs/create_supervisor.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";
import { supervision } from "./some_supervision.ts";

const [home] = Deno.args;
const store = openJobStore(home);
const supervisor = createSupervisor(store, supervision(home, { most: 2 }));
await supervisor.start();
Deno.stdout.writeSync(new TextEncoder().encode("started\n"));
