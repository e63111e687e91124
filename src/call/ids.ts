declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One channel's id, `epoch.n`. Asterisk header `Uniqueid`. */
export type Uniqueid = Branded<'Uniqueid'>;

/**
 * The call's id: the Uniqueid of its first channel, held by every channel of the call.
 * A channel's Linkedid may change without an event of its own when calls merge, so it is
 * read anew from each event.
 */
export type Linkedid = Branded<'Linkedid'>;

/** `PJSIP/101-0000002a`, `Local/102@internal-00000003;1`. */
export type ChannelName = Branded<'ChannelName'>;

/** Asterisk header `BridgeUniqueid`. */
export type BridgeId = Branded<'BridgeId'>;

/** What an agent's phone is known by, in the dialplan and in the CRM's "Phone Extension": `101`. */
export type Extension = Branded<'Extension'>;
