const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The longest duration Go can hold: what is older is as old. Source: time.Time.Sub. */
const longest = 2 ** 63 / 1e6;

/** How long ago a time was, as kubectl shows ages: `45s`, `5m10s`, `3d4h`; `<unknown>` for no time. */
export function ageOf(time: unknown, now: number): string {
  if (typeof time !== "string" || time === "") return "<unknown>";
  const moment = Date.parse(time);
  return Number.isNaN(moment) ? "<unknown>" : humanDuration(Math.min(now - moment, longest));
}

/** A duration in the two largest units that matter at its size. Source: apimachinery's HumanDuration. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / second);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(milliseconds / minute);
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(milliseconds / hour);
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 2920 ? pair(years, "y", days % 365, "d") : `${years}y`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
