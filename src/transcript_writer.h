#pragma once
// Writes transcripts into the store of blobs, a page of messages at a time, so that a long one
// needs no more memory than a short one. Threads: any; pages are read on readers and written on one
// blob worker.

#include <memory>

#include "consultation_desk.h"

namespace chatcore {

class TranscriptWriter {
public:
    explicit TranscriptWriter(ConsultationDesk& desk) : desk_(desk) {}

    struct Written {
        /// The Consultation::said_at it was made at: where that is still the same when it is done,
        /// the transcript is the whole of what was said.
        Position said_at;
        bool any = false;  ///< else nothing was said, and nothing written
    };
    /// Asked on the blob worker after each page; with false it is given up, with `conflict`.
    using Goes = UniqueFunction<bool()>;

    /// Writes the room's transcript as it is now under a name, in place of what was there. There
    /// must be a store of blobs. Completes on any worker. Errors: those of `consultation_in`;
    /// `unavailable` (blob or store): what was there before is there still, or all of the new one.
    void write(RoomId room, std::string name, Goes goes, Completion<Written> done);

private:
    struct Job {
        RoomId room;
        std::string name;
        Goes goes;
        Completion<Written> done;
        Executor* worker = nullptr;
        std::optional<TranscriptHead> head;
        Written written;
        Position after;
        std::unique_ptr<BlobUpload> upload;
    };
    // Shared by the steps of one writing, on one worker after the other.
    using JobPtr = std::shared_ptr<Job>;

    void read(JobPtr job);
    Result<std::string> next_text(Store& store, Job& job, bool& last) const;
    Status put(Job& job, const std::string& text, bool last) const;

    ConsultationDesk& desk_;
};

}  // namespace chatcore
