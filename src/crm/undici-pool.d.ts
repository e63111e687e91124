/** undici 7, whose index loads four times as much, and by touching `Headers` Node's own copy of undici besides. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  export default Pool;
}
