#include "transcript_writer.h"

namespace chatcore {

void TranscriptWriter::write(RoomId room, std::string name, Goes goes, Completion<Written> done) {
    auto job = std::make_shared<Job>();
    job->room = room;
    job->name = std::move(name);
    job->goes = std::move(goes);
    job->done = std::move(done);
    job->worker = &desk_.blobs->next_worker();
    read(std::move(job));
}

Result<std::string> TranscriptWriter::next_text(Store& store, Job& job, bool& last) const {
    std::string text;
    if (!job.head) {
        Result<Room> room = consultation_in(store, job.room);
        if (!room) return unexpected(room.error());
        job.written = {room->consultation->said_at, room->totals.all > 0};
        job.head = desk_.head(*room);
        if (!job.written.any) {
            last = true;
            return text;
        }
        text = desk_.layout.header(*job.head);
    }
    Result<History> page = store.messages().history(
        {.room = job.room, .after = job.after, .limit = transcript_page}, std::nullopt);
    if (!page) return unexpected(page.error());
    for (Utterance& said : desk_.utterances(store, page->messages))
        text += desk_.layout.entry(desk_.entry(std::move(said)));
    last = !page->has_more || page->messages.empty();
    if (!page->messages.empty()) job.after = position_of(page->messages.back().id);
    if (last) text += desk_.layout.footer(*job.head);
    return text;
}

Status TranscriptWriter::put(Job& job, const std::string& text, bool last) const {
    if (!job.upload) {
        Result<std::unique_ptr<BlobUpload>> upload = desk_.blobs->store().begin(job.name);
        if (!upload) return unexpected(upload.error());
        job.upload = std::move(*upload);
    }
    if (Status status = job.upload->append(text); !status) return status;
    if (job.goes && !job.goes()) return unexpected(ErrorCode::conflict, "consultation");
    return last ? job.upload->commit() : Status{};
}

void TranscriptWriter::read(JobPtr job) {
    desk_.node.pool.read([this, job = std::move(job)](Store& store) {
        bool last = false;
        Result<std::string> text = next_text(store, *job, last);
        if (!text) return job->done(unexpected(text.error()));
        if (!job->written.any) return job->done(job->written);
        job->worker->post([this, job, last, text = std::move(*text)] {
            Status status = put(*job, text, last);
            if (status && !last) return read(job);
            job->upload.reset();
            if (!status) return job->done(unexpected(status.error()));
            job->done(job->written);
        });
    });
}

}  // namespace chatcore
