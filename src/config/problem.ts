/** One fault in the settings, for a person to mend. */
export interface Problem {
  /** The key as written in connector.yaml (`ami.port`), or the attribute of a config.py, or `line 4` for a fault of syntax. */
  readonly key: string;
  /** Where the value came from: `line 4`, `CONNECTOR_AMI_PORT`. */
  readonly where?: string;
  readonly expected: string;
  /** What was found, shortened. Never there for a secret. */
  readonly got?: string;
  readonly hint?: string;
}
