/** A named configuration: what it is for, and only what differs from the defaults. */
export interface Preset {
  summary: string;
  configuration: Record<string, number | string | boolean>;
}
