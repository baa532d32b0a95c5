// The shapes of `chat.v1` and of `/api/v1` as they travel. Ids and positions are integers of at
// most 53 bits; times are RFC 3339 texts. Fields that a server may leave out are marked optional.

export type Id = number;
export type Position = number;

export interface User {
    id: Id;
    nickname: string;
    profileImageUrl?: string | null;
    email?: string;
    role?: string;
    statusText?: string | null;
    lastSeenAt?: string | null;
}

export type MessageType = "text" | "image" | "video" | "file" | "system";

export interface Attachment {
    url: string;
    name: string;
    size?: number | null;
    contentType?: string | null;
}

export interface Reaction {
    reaction: string;
    count: number;
    userIds: Id[];
}

/// A range of a text that names somebody, in code points.
export interface Mention {
    userId: Id;
    start: number;
    length: number;
}

export interface Message {
    id: Id;
    roomId: Id;
    senderId: Id;
    senderNickname: string;
    type: MessageType;
    content: string | null;
    attachments?: Attachment[] | null;
    clientKey?: string | null;
    parentId?: Id | null;
    threadCount?: number;
    /// What it passes on; its own content is then the comment, which may be empty.
    forwardedFrom?: { id: Id; roomId: Id; senderId: Id; content: string } | null;
    reactions?: Reaction[];
    pinned?: { by: Id; at: string } | null;
    /// One's own; known where one reads for oneself, and not of what is told to all.
    bookmarked?: boolean;
    mentions?: Mention[];
    /// Whatever the sender's client has put there: nothing in it may be relied on.
    metadata?: Record<string, unknown>;
    seq?: number;
    changedAt: Position;
    createdAt: string;
    editedAt?: string | null;
    editCount?: number;
    movesPointer?: boolean;
    deletedAt?: string | null;
}

export interface LastMessage {
    id: Id;
    senderId: Id;
    senderNickname: string;
    type: MessageType;
    content: string | null;
    createdAt: string;
}

export interface Notice {
    content: string;
    by: Id;
    at: string;
}

export type MemberRole = "owner" | "admin" | "member";

export interface Room {
    id: Id;
    kind: "direct" | "group";
    title: string | null;
    open?: boolean;
    participantCount: number;
    lastMessage: LastMessage | null;
    lastActivityAt: string;
    notice?: Notice | null;
    position?: Position;
    createdAt?: string;
    updatedAt?: string;
    /// Set once it was deleted for everybody.
    deletedAt?: string | null;
    // Personal fields: answers to requests and lists carry them, events do not.
    unreadCount?: number;
    readPosition?: Position | null;
    favorite?: boolean;
    muted?: boolean;
    role?: MemberRole | null;
    peer?: User | null;
}

export interface Member {
    userId: Id;
    nickname: string;
    profileImageUrl?: string | null;
    role: MemberRole;
    isActive: boolean;
    joinedAt?: string | null;
    leftAt?: string | null;
    readPosition?: Position | null;
    banned?: boolean;
    /// Until when the member may not post.
    mutedUntil?: string | null;
}

export type NotificationKind =
    | "mention"
    | "reply"
    | "reaction"
    | "friend_request"
    | "friend_accepted"
    | "invitation"
    | "consultation";

export interface Notification {
    id: Id;
    kind: NotificationKind;
    at: string;
    read: boolean;
    actor: { id: Id; nickname: string; profileImageUrl?: string | null };
    roomId?: Id;
    messageId?: Id;
}

export interface Page<T> {
    items: T[];
    nextCursor: string | number | null;
    hasMore: boolean;
}

export interface WireError {
    code: string;
    message: string;
    details?: Record<string, unknown>;
    requestId?: string;
}

// Events that are part of a room's log: they carry the position and the one before it.

interface Logged {
    roomId: Id;
    position: Position;
    prev: Position;
}

export interface MessageEvent extends Logged {
    type: "message" | "message.changed";
    message: Message;
}
export interface MemberEvent extends Logged {
    type: "member";
    member: Member;
}
export interface RoomChangedEvent extends Logged {
    type: "room";
    room: Room;
}
export interface SkipEvent extends Logged {
    type: "skip";
}
export type RoomEvent = MessageEvent | MemberEvent | RoomChangedEvent | SkipEvent;

// Events without a position: they are true for the moment only, or can be asked for again.

export interface TypingEvent {
    type: "typing";
    roomId: Id;
    userId: Id;
    isTyping: boolean;
}
export interface PresenceEvent {
    type: "presence";
    roomId?: Id;
    userId: Id;
    status: "online" | "offline";
    lastSeenAt?: string | null;
}
export interface ListEvent {
    type: "list";
    roomId: Id;
    unreadCount: number;
    lastMessage: LastMessage | null;
    lastActivityAt: string;
    totalUnread?: number;
    room?: Room;
}
export interface ResumedEvent {
    type: "resumed";
    roomId: Id;
    position: Position;
    truncated: boolean;
}
export interface ByeEvent {
    type: "bye";
    reason: string;
    retryAfterMs?: number;
}
export interface NotificationEvent {
    type: "notification";
    notification: Notification;
}
export type PassingEvent = TypingEvent | PresenceEvent | ListEvent | NotificationEvent;

// Replies to the requests that the client or the page makes.

export interface HelloReply {
    user: User;
    session: string;
    heartbeatSeconds: number;
    limits?: Limits;
}
/// What a post may have. Without `attachmentBytes` the server keeps no files.
export interface Limits {
    /// Of its text, in code points.
    content?: number;
    attachments?: number;
    attachmentBytes?: number;
}
export interface AttachReply {
    position: Position;
}
export interface MessageReply {
    message: Message;
}
export interface RoomReply {
    room: Room;
}
export interface HistoryReply {
    items: Message[];
    hasMore: boolean;
    hasMoreBefore?: boolean;
    hasMoreAfter?: boolean;
}
export interface Change {
    kind: "message" | "room" | "member";
    position: Position;
    message?: Message;
    room?: Room;
    member?: Member;
}
export interface ChangesReply {
    items: Change[];
    nextCursor: number | string | null;
    hasMore: boolean;
}

export interface PostFields {
    roomId: Id;
    content: string;
    /// Not `type`, which names the request.
    messageType?: MessageType;
    parentId?: Id;
    attachments?: Attachment[];
    mentions?: Mention[];
    metadata?: Record<string, unknown>;
}
