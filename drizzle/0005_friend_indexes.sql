CREATE UNIQUE INDEX `friend_requests_direction` ON `friend_requests` (`sender_id`,`receiver_id`);--> statement-breakpoint
CREATE INDEX `friend_requests_pending_sender` ON `friend_requests` (`sender_id`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `friend_requests_pending_receiver` ON `friend_requests` (`receiver_id`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `friendships_request` ON `friendships` (`request_id`);