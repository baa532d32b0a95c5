// The entry flow of the marketplace, with its client's protocol: calls and streams of Serverpod.

import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "./lib/chatd.mjs";
import { Cutter } from "./lib/cutter.mjs";
import { open } from "./lib/doors.mjs";
import { Events } from "./lib/events.mjs";
import { TIME, account, leave, one, shape } from "./lib/flow.mjs";
import { Serverpod, basic, bearer } from "./lib/serverpod.mjs";

// What is null is left out.
const rooms = "id productId title? chatRoomType participantCount lastActivityAt createdAt updatedAt";
const messages =
    "id chatRoomId senderId senderNickname? content messageType attachmentUrl? attachmentName? attachmentSize? " +
    "createdAt updatedAt?";

test("the marketplace: calls and streams of Serverpod's client, about a product", async (t) => {
    const doors = await open(t, ["--io.threads", "3"]);
    const { chatd, ask, register } = doors;
    const [seller, buyer] = [await account(doors, "seller"), await account(doors, "buyer")];
    await register("product", 17, seller, "A bicycle");
    const way = await Cutter.before(t, chatd);
    const phone = new Serverpod(t, way, basic(buyer));
    const shop = new Serverpod(t, chatd, bearer(seller));
    assert.equal((await phone.call("getChatRoomById", { chatRoomId: 1 }, { authorization: null })).status, 401);

    // Two taps at once lead into one room with the product's owner.
    const product = { request: { productId: 17 } };
    const opened = await Promise.all([1, 2].map(() => phone.ask("createOrGetChatRoom", product)));
    assert.equal(opened[0].chatRoomId, opened[1].chatRoomId);
    shape(opened[0], "success chatRoomId chatRoom message");
    assert.equal(opened[0].success, true);
    const { chatRoomId } = opened[0];
    shape(opened[0].chatRoom, rooms);

    // The screen of a room asks for these together, and then for the first page.
    const request = { chatRoomId };
    const enter = () =>
        Promise.all([
            phone.ask("getChatRoomById", { chatRoomId }),
            phone.ask("joinChatRoom", { request }),
            phone.ask("getChatParticipants", { chatRoomId }),
        ]);
    const [room, joined, participants] = await enter();
    shape(room, rooms);
    assert.deepEqual([room.id, room.productId, room.chatRoomType, room.participantCount], [chatRoomId, 17, 0, 2]);
    shape(joined, "success chatRoomId joinedAt message participantCount");
    assert.deepEqual([joined.success, joined.participantCount], [true, 2]);
    for (const each of participants) shape(each, "userId nickname profileImageUrl? joinedAt isActive");
    assert.deepEqual(participants.map(({ nickname }) => nickname).sort(), ["buyer", "seller"]);
    const page = (wanted) => phone.ask("getChatMessagesPaginated", { request: { chatRoomId, ...wanted } });
    assert.deepEqual(await page({ page: 1, limit: 20 }), {
        messages: [],
        totalCount: 0,
        mediaTotalCount: 0,
        fileTotalCount: 0,
        currentPage: 1,
        pageSize: 20,
        hasNextPage: false,
        hasPreviousPage: false,
    });
    assert.equal(await phone.ask("getLastMessageByChatRoomId", { chatRoomId }), null);
    for (const method of ["getChatRoomsByProductId", "getUserChatRoomsByProductId"]) {
        const found = await shop.ask(method, { productId: 17 });
        assert.deepEqual(found.map(({ id }) => id), [chatRoomId], method);
    }

    await phone.open();
    await shop.open();
    const [his, hers] = [await phone.listen(chatRoomId), await shop.listen(chatRoomId)];
    const page_of_web = `/chatStream/chatMessageStream?chatRoomId=${chatRoomId}&token=${seller.token}`;
    const web = await Events.open(t, chatd.url + page_of_web);
    const say = (client, content) => client.ask("sendMessage", { request: { chatRoomId, content, messageType: 0 } });
    const first = await say(phone, "아직 있나요?");
    assert.match(shape(first, messages).createdAt, TIME);
    assert.deepEqual(
        [first.chatRoomId, first.senderId, first.content, first.messageType],
        [chatRoomId, buyer.id, "아직 있나요?", 0],
    );
    for (const { items } of [his, hers]) {
        await until(() => items.length > 0, "the message in a stream");
        assert.deepEqual(items, [first]);
    }
    const picture = { attachmentUrl: "https://example.org/1.png", attachmentName: "1.png", attachmentSize: 70 };
    const second = await shop.ask("sendMessage", {
        request: { chatRoomId, content: "그럼요", messageType: 1, ...picture },
    });
    assert.deepEqual([second.messageType, second.attachmentUrl], [1, picture.attachmentUrl]);
    await until(() => his.items.length === 2, "the picture");
    assert.deepEqual(his.items[1], second);
    // The plain stream has names, and all fields.
    await until(() => web.named("message").length === 2, "both as events");
    const plain = web.named("message").map(({ data }) => data);
    assert.deepEqual(plain.map(({ messageType }) => messageType), ["text", "image"]);
    assert.deepEqual(plain[0], {
        ...first,
        messageType: "text",
        attachmentUrl: null,
        attachmentName: null,
        attachmentSize: null,
        updatedAt: null,
    });

    // Whoever has left hears on, but reads and says nothing until they are back.
    const left = await phone.ask("leaveChatRoom", { request });
    assert.deepEqual([left.success, left.chatRoomId], [true, chatRoomId]);
    await say(shop, "come back");
    await until(() => his.items.length === 3, "what is said to who has left");
    const gone = await phone.ask("getChatParticipants", { chatRoomId });
    assert.equal(gone.find(({ userId }) => userId === buyer.id).isActive, false);
    for (const [method, given] of [
        ["getChatMessagesPaginated", { request: { chatRoomId, page: 1, limit: 20 } }],
        ["sendMessage", { request: { chatRoomId, content: "no", messageType: 0 } }],
    ])
        assert.equal((await phone.call(method, given)).status, 403, method);
    const [, again] = await enter();
    assert.equal(again.participantCount, 2);
    const back = await phone.ask("getChatParticipants", { chatRoomId });
    assert.deepEqual(back.map(({ isActive }) => isActive), [true, true]);

    // The network goes; the client opens another socket, and reads what it missed.
    way.close();
    await until(() => phone.closed, "the loss");
    const missed = await say(shop, "missed");
    way.open();
    await phone.open();
    const anew = await phone.listen(chatRoomId);
    const newest = await page({ page: 1, limit: 2 });
    assert.deepEqual(newest.messages.map(({ content }) => content), ["missed", "come back"]);
    assert.deepEqual(newest.messages[0], missed);
    assert.deepEqual(
        [newest.totalCount, newest.mediaTotalCount, newest.fileTotalCount, newest.hasNextPage, newest.hasPreviousPage],
        [4, 1, 0, true, false],
    );
    const older = await page({ page: 2, limit: 2 });
    assert.deepEqual(older.messages, [second, first]);
    assert.deepEqual([older.currentPage, older.hasNextPage, older.hasPreviousPage], [2, false, true]);
    assert.deepEqual((await page({ page: 1, limit: 20, messageType: 1 })).messages, [second]);
    const wrong = await phone.call("getChatMessagesPaginated", { request: { chatRoomId, page: 0, limit: 2 } });
    assert.equal(wrong.status, 400);
    assert.deepEqual(await phone.ask("getLastMessageByChatRoomId", { chatRoomId }), missed);
    const live = await say(shop, "live");
    await until(() => anew.items.length > 0, "what is said then");
    assert.deepEqual(anew.items, [live]);

    await phone.unlisten(anew);
    const last = await phone.listen(chatRoomId);
    await leave(doors, buyer, `/chat/getChatRoomById?chatRoomId=${chatRoomId}`);
    await phone.end(last, "error");
    assert.equal((await phone.call("getChatRoomById", { chatRoomId })).status, 401);
    assert.deepEqual([...phone.others, ...shop.others], []);
});
