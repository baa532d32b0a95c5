// Wires the client's events to the state, and the person's coming and going to both.

import { batch, effect, signal } from "@preact/signals";
import type { ChatClient } from "../client";
import type { Id, Message, Notification, PassingEvent, RoomEvent, User } from "../client/wire";
import { quoteText } from "../components/quoteText";
import { t } from "../i18n";
import * as session from "../session";
import { announce } from "./announcer";
import { forgetBookmarks } from "./bookmarks";
import { forgetKept } from "./cache";
import { connection, createClient, dropClient, me, myId } from "./connection";
import { forgetDrafts } from "./drafts";
import { forgetFiles, sentOf } from "./files";
import { follow, followListed, forgetFollowed, unfollow } from "./following";
import {
    forgetMembers,
    loadMembers,
    membersOf,
    onMember,
    onMessageFrom,
    refreshOnline,
} from "./members";
import { forgetPeople, onPresence, rememberPerson, rememberUser } from "./people";
import { forgetInbox, loadInbox, loadUnreadInbox, markRead, onNotification } from "./inbox";
import { takeMessage } from "./messages";
import { notificationText } from "./notificationText";
import { forgetPins, loadPins } from "./pins";
import { forgetQuotes } from "./quotes";
import { forgetSeen, isWatched } from "./reading";
import * as rooms from "./rooms";
import { goToList, goToRoom, openRoomId } from "./route";
import { forgetSchedules, loadSchedules } from "./schedules";
import { forgetSocial, loadSocial, refreshSocial } from "./social";
import { forgetThreads, reloadThreads } from "./threads";
import { forgetTimeline, forgetTimelines, knownTimeline, timeline } from "./timelines";
import { showToast } from "./toasts";
import { forgetTrays } from "./trays";
import { forgetTyping, onPosted, onTyping } from "./typing";
import { forgetViews, showLeft } from "./views";

export type AuthNotice = "expired" | undefined;

/// Why the log-in view is shown, where it is not by the person's own wish.
export const authNotice = signal<AuthNotice>(undefined);

/// How many direct rooms are asked whether the other person is online, after connecting.
const PRESENCE_ASKED_MAX = 20;

export function start(): void {
    const stored = session.storedSession();
    if (stored) enter(stored.user);
    session.onSessionElsewhere(onSessionElsewhere);
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") wake();
    });
    effect(() => {
        const { phase } = connection.value;
        if (phase === "ended") expire();
        // Nobody would tell when they stop.
        else if (phase === "waiting") forgetTyping();
    });
}

let running: ChatClient | undefined;

function wake(): void {
    running?.wake();
}

export function enter(user: User): void {
    authNotice.value = undefined;
    rememberUser(user);
    const client = createClient(user);
    running = client;
    client.on("ready", ({ user: known }) => {
        me.value = { ...me.peek(), ...known };
        rememberUser(known);
        void onReady();
    });
    client.on("room", onRoomEvent);
    client.on("passing", onPassing);
    client.on("posted", ({ message }) => takeMessage(message, true));
    client.on("upload", ({ fileId, sent }) => {
        sentOf(fileId).value = sent;
    });
    client.on("truncated", ({ roomId }) => {
        const known = knownTimeline(roomId);
        known?.outdate();
        if (openRoomId.peek() === roomId) void known?.refresh();
        void loadMembers(roomId);
        void loadPins(roomId);
        reloadThreads(roomId);
    });
    client.on("detached", ({ roomId }) => unfollow(roomId));
    void rooms.showKeptRooms();
    client.start();
}

/// The log-out of the person's own wish: nothing of them stays in this browser.
export async function leave(): Promise<void> {
    await running?.clearOutbox();
    forgetAll();
    forgetDrafts();
    forgetTrays(true);
    goToList();
    await Promise.all([session.logOut(), forgetKept()]);
}

/// The session ended against the person's wish: drafts and unsent posts wait for their return.
function expire(): void {
    session.forgetSession();
    forgetAll();
    authNotice.value = "expired";
}

function onSessionElsewhere(): void {
    const stored = session.storedSession();
    if (stored?.user.id === me.peek()?.id) return;
    forgetAll();
    if (stored) enter(stored.user);
}

function forgetAll(): void {
    running = undefined;
    batch(() => {
        dropClient();
        forgetFollowed();
        forgetTimelines();
        forgetMembers();
        forgetPeople();
        forgetTyping();
        forgetQuotes();
        forgetSeen();
        forgetPins();
        forgetBookmarks();
        forgetFiles();
        forgetTrays(false);
        forgetThreads();
        forgetInbox();
        forgetSocial();
        forgetSchedules();
        forgetViews();
        rooms.forgetRooms();
    });
}

async function onReady(): Promise<void> {
    forgetTyping();
    void loadUnreadInbox();
    void loadInbox();
    void loadSocial();
    void loadSchedules().catch(() => undefined);
    await rooms.loadRooms();
    followListed(rooms.roomOrder.peek());
    const open = openRoomId.peek();
    if (open !== undefined) {
        void bringUpToDate(open).catch(() => undefined);
        void refreshOnline(open).catch(() => undefined);
    }
    await refreshDirectPresence();
}

async function refreshDirectPresence(): Promise<void> {
    let asked = 0;
    for (const id of rooms.roomOrder.peek()) {
        const peer = rooms.room(id)?.peek().peer;
        if (!peer) continue;
        asked += 1;
        if (asked > PRESENCE_ASKED_MAX) return;
        await refreshOnline(id, [peer.id]).catch(() => undefined);
    }
}

function onRoomEvent(event: RoomEvent): void {
    batch(() => {
        switch (event.type) {
            case "message":
            case "message.changed":
                return onMessage(event.message, event.type === "message");
            case "member":
                return onMemberEvent(event);
            case "room":
                if (event.room.deletedAt) return lose(event.roomId, "room.deleted");
                return rooms.onRoomChanged(event.room);
            case "skip":
                return;
        }
    });
}

function onMessage(message: Message, isNew: boolean): void {
    const { roomId, senderId, senderNickname } = message;
    rememberPerson(senderId, senderNickname);
    takeMessage(message, isNew);
    onMessageFrom(message);
    if (!isNew) return;
    onPosted(roomId, senderId);
    const text = quoteText(message);
    if (senderId !== myId() && openRoomId.peek() === roomId && text) {
        announce(t("log.announcement", { name: senderNickname, text }));
    }
}

function onMemberEvent({ roomId, member }: Extract<RoomEvent, { type: "member" }>): void {
    onMember(roomId, member);
    if (member.userId !== myId()) return;
    if (member.readPosition) rooms.setOwnRead(roomId, member.readPosition);
    rooms.setOwnRole(roomId, member.role);
    if (member.isActive) return;
    lose(roomId, "room.noLongerMember");
}

/// The room is not the person's any more; who is looking at it is told why.
function lose(roomId: Id, why: "room.noLongerMember" | "room.deleted"): void {
    const shown = rooms.room(roomId)?.peek();
    depart(roomId);
    if (openRoomId.peek() !== roomId) return;
    if (shown) showToast(t(why, { title: rooms.titleOf(shown) }));
    goToList();
}

function onPassing(event: PassingEvent): void {
    switch (event.type) {
        case "typing":
            return onTyping(event);
        case "presence":
            return onPresence(event);
        case "list":
            rooms.onList(event);
            if (event.room) followListed([event.roomId]);
            return;
        case "notification":
            return onNotified(event.notification);
    }
}

/// Who is looking at the room has seen it; everybody else is told once, but of muted rooms.
function onNotified(notification: Notification): void {
    const { id, kind, roomId, actor } = notification;
    rememberPerson(actor.id, actor.nickname, actor.profileImageUrl ?? null);
    if (!onNotification(notification)) return;
    if (kind === "friend_request" || kind === "friend_accepted") refreshSocial();
    if (roomId !== undefined && isWatched(roomId)) return void markRead(id);
    if (kind === "reaction" || (roomId !== undefined && rooms.room(roomId)?.peek().muted)) return;
    showToast(notificationText(notification), () => openNotification(notification));
}

/// Goes to what a notification is about.
export function openNotification({ id, roomId, messageId, kind }: Notification): void {
    void markRead(id);
    if (roomId !== undefined && messageId !== undefined) goToMessage(roomId, messageId);
    else if (roomId !== undefined) goToRoom(roomId);
    else if (kind === "friend_request" || kind === "friend_accepted") showLeft("people");
}

/// Opens the room at a message, or goes there in the open one.
export function goToMessage(roomId: Id, messageId: Id): void {
    const known = timeline(roomId);
    const missing = (): void => showToast(t("message.notThere"));
    if (openRoomId.peek() !== roomId || known.status.peek() !== "ready") {
        known.await(messageId, missing);
        return goToRoom(roomId);
    }
    void known.show(messageId).then((found) => {
        if (!found) missing();
    });
}

export async function leaveRoom(roomId: Id, silent: boolean): Promise<void> {
    await rooms.leaveRoom(roomId, silent);
    depart(roomId);
}

function depart(roomId: Id): void {
    rooms.unlist(roomId);
    unfollow(roomId);
    forgetTimeline(roomId);
}

/// Somebody begins to look at a room. Rejects if there is no such room for this person.
export async function openRoom(roomId: Id): Promise<void> {
    await rooms.ensureRoom(roomId);
    timeline(roomId).enter();
    await bringUpToDate(roomId);
}

/// The room's head, its members and its newest messages. Safe to repeat.
async function bringUpToDate(roomId: Id): Promise<void> {
    await rooms.ensureRoom(roomId);
    void follow(roomId);
    if (membersOf(roomId).peek().status !== "ready") void loadMembers(roomId);
    void loadPins(roomId);
    await timeline(roomId).open();
}
