/**
 * The keys whose values are secret, as section and name: those that their notes say so of, which a test holds. Here they are
 * known without the notes, which are the schema's and have zod loaded.
 */
export const secretKeys = [
  ['ami', 'secret'],
  ['crm', 'token'],
  ['http', 'monitor_token'],
  ['cdr', 'password'],
] as const;
