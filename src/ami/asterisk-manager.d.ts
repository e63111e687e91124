/** The part of asterisk-manager 0.2.0 that connection.ts uses. */
declare module 'asterisk-manager' {
  type Listener = (...given: never[]) => void;

  interface AsteriskManager {
    connect(port: number, host: string, whenConnected?: () => void): void;
    /** Its callback gets what is emitted for a refusal under its ActionID; on success nothing. */
    login(callback: (refusal?: unknown) => void): void;
    action(action: Record<string, unknown>, callback?: (error: unknown, response: unknown) => void): string;
    on(event: string, listener: Listener): unknown;
    emit(event: string, ...given: unknown[]): boolean;
    listeners(event: string): unknown[];
    removeAllListeners(event?: string): unknown;
  }

  const Manager: new (port: null, host: string, username: string, password: string, events: boolean) => AsteriskManager;
  export default Manager;
}
