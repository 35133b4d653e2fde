package io.github.hnswspring.replica.reliability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What can happen, and how often among all that happens. */
enum ChaosFault {

	/** An instance is killed, and started again. */
	KILL(4),

	/** An instance stands still for a while, and goes on. */
	STAND_STILL(3),

	/** Sessions of the database are ended. */
	END_SESSIONS(3),

	/** The server is stopped at once, and started again a little later. */
	STOP_SERVER(2),

	/** An instance is killed and started while the server is not there. */
	START_WITHOUT_SERVER(1),

	/** The truth is set back to an earlier state. */
	SET_BACK(2),

	/** The same while an instance stands still, until its number has been passed. */
	SET_BACK_AND_PASS(2),

	/** The log of changes is shortened while an instance stands still. */
	SHORTEN_LOG(2),

	/** The directory of an instance is removed. */
	REMOVE_DIRECTORY(1),

	/** Bytes of the files of an instance change. */
	DAMAGE_DIRECTORY(2),

	/** Two instances have each other's directories. */
	SWAP_DIRECTORIES(1),

	/** All instances import the same texts. */
	IMPORT(2);

	private final int share;

	ChaosFault(int share) {
		this.share = share;
	}

	/** All of them as often as they are to happen, mixed. */
	static List<ChaosFault> mixed(Random random) {
		List<ChaosFault> all = new ArrayList<>();
		for (ChaosFault fault : values()) {
			all.addAll(Collections.nCopies(fault.share, fault));
		}
		Collections.shuffle(all, random);
		return all;
	}

}
