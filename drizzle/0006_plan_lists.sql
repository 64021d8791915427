DROP INDEX `plans_order`;--> statement-breakpoint
CREATE INDEX `plans_open` ON `plans` (`sort_time`,`id`) WHERE visibility = 'everyone';--> statement-breakpoint
DROP INDEX `rsvps_plan_queue`;--> statement-breakpoint
CREATE INDEX `rsvps_plan` ON `rsvps` (`plan_id`,`id`);--> statement-breakpoint
CREATE INDEX `rsvps_plan_queue` ON `rsvps` (`plan_id`,`status`,`queued_at`,`id`,`guests`);