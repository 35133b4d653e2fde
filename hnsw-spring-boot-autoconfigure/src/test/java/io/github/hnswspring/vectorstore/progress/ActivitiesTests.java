package io.github.hnswspring.vectorstore.progress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ActivitiesTests {

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

	private final List<StoreProgress> told = new ArrayList<>();

	private final LogCapture log = new LogCapture();

	private final Activities activities = new Activities(() -> Path.of("data"), this.told::add, this.nanos::get);

	@AfterEach
	void close() {
		this.log.close();
	}

	private void pass(double seconds) {
		this.nanos.addAndGet((long) (seconds * 1e9));
	}

	private List<String> lines() {
		return this.log.messages(Level.INFO);
	}

	@Test
	void theLogIsToldOfNothingThatTakesLessThanTenSeconds() {
		try (Activity activity = this.activities.begin(Kind.ADD, "", 100)) {
			pass(9.9);
			activity.advance(100);
		}
		assertThat(lines()).isEmpty();
	}

	@Test
	void theLogIsToldEveryTenSecondsAndOfTheEnd() {
		Activity activity = this.activities.begin(Kind.IMPORT, "/export", 1000);
		for (int i = 0; i < 250; i++) {
			pass(0.1);
			activity.advance(2);
		}
		activity.close();
		pass(4.9);
		this.activities.tick();
		assertThat(lines()).hasSize(2);
		pass(0.1);
		this.activities.tick();
		assertThat(lines()).containsExactly(
				"Vector store in data: import of /export: 200 of 1000 documents (20 %) after 10 s, about 40 s left",
				"Vector store in data: import of /export: 400 of 1000 documents (40 %) after 20 s, about 30 s left",
				"Vector store in data: import of /export has ended with 500 of 1000 documents after 25 s");
	}

	@Test
	void thereIsOneLineForAllThatIsUnderWay() {
		Activity adding = this.activities.begin(Kind.ADD, "", 0);
		pass(8);
		Activity index = this.activities.begin(Kind.INDEX, "", 10);
		pass(8);
		adding.advance(3);
		assertThat(lines()).containsExactly("Vector store in data: adding documents: 3 documents after 16 s");
		pass(9);
		index.set(5, 10);
		assertThat(lines()).hasSize(1);
		pass(1);
		index.set(6, 10);
		assertThat(lines()).hasSize(2);
		assertThat(lines().get(1)).contains("adding documents: 3 documents after 26 s")
			.contains("; ")
			.contains("building the index: 6 of 10 documents (60 %) after 18 s, about 12 s left");
	}

	@Test
	void manyThatEndTogetherAreOneLine() {
		List<Activity> adding = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			adding.add(this.activities.begin(Kind.ADD, "", 10));
		}
		pass(10);
		adding.forEach((one) -> one.advance(5));
		pass(10);
		adding.forEach((one) -> one.advance(5));
		adding.forEach(Activity::close);
		this.activities.tick();
		assertThat(lines()).hasSize(2);
		pass(10);
		this.activities.tick();
		pass(10);
		this.activities.tick();
		assertThat(lines()).hasSize(3);
		assertThat(lines().get(2)).isEqualTo("Vector store in data: adding documents (50 at once) have ended with "
				+ "500 of 500 documents after 20 s at most");
	}

	@Test
	void whatHasEndedIsToldWhenTheStoreIsClosed() {
		Activity index = this.activities.begin(Kind.INDEX, "", 10);
		pass(10);
		index.set(5, 10);
		pass(1);
		index.close();
		this.activities.flush();
		this.activities.flush();
		assertThat(lines()).hasSize(2);
		assertThat(lines().get(1)).endsWith("building the index has ended with 5 of 10 documents after 11 s");
	}

	@Test
	void whatStandsStillIsToldOnceAndThenRarely() {
		Activity sync = this.activities.begin(Kind.SYNC, "manual", 10);
		Activity index = this.activities.begin(Kind.INDEX, "", 10);
		sync.advance(3);
		this.told.clear();
		for (int second = 0; second < 300; second++) {
			pass(1);
			index.set(second % 10, 10);
			this.activities.tick();
		}
		assertThat(this.log.messages(Level.WARN)).containsExactly("Vector store in data: nothing more was done for "
				+ "60 s of synchronizing manual: 3 of 10 documents (30 %) after 60 s");
		assertThat(this.told).extracting(StoreProgress::idle).contains(Duration.ofSeconds(60));
		pass(3300);
		this.activities.tick();
		pass(100);
		this.activities.tick();
		assertThat(this.log.messages(Level.WARN)).filteredOn((line) -> line.contains("synchronizing")).hasSize(2);
		sync.advance(7);
		index.close();
		pass(120);
		this.activities.tick();
		assertThat(this.log.messages(Level.WARN)).as("all is done, and it is about to end")
			.filteredOn((line) -> line.contains("synchronizing"))
			.hasSize(2);
	}

	@Test
	void whatAnEarlierProcessDidDoesNotMakeTheRestLookQuick() {
		Activity index = this.activities.resume(Kind.INDEX, "", 500, 1000);
		pass(10);
		index.set(600, 1000);
		assertThat(lines()).singleElement()
			.asString()
			.endsWith("600 of 1000 documents (60 %) after 10 s, about 40 s left");
	}

	@Test
	void listenersAreToldOnceASecondAndOfEveryEnd() {
		Activity activity = this.activities.begin(Kind.SYNC, "manual", 10);
		for (int i = 0; i < 10; i++) {
			activity.advance(1);
		}
		assertThat(this.told).singleElement().extracting(StoreProgress::done).isEqualTo(1L);
		pass(1);
		activity.set(9, 10);
		activity.close();
		activity.close();
		assertThat(this.told).hasSize(3);
		assertThat(this.told.get(1))
			.isEqualTo(new StoreProgress(Kind.SYNC, "manual", 9, 10, Duration.ofSeconds(1), false));
		assertThat(this.told.get(2))
			.isEqualTo(new StoreProgress(Kind.SYNC, "manual", 9, 10, Duration.ofSeconds(1), true));
	}

	@Test
	void whatIsUnderWayIsKnownUntilItEnds() {
		Activity first = this.activities.begin(Kind.EXPORT, "there", 5);
		pass(2);
		Activity second = this.activities.begin(Kind.ADD, "", 0);
		first.advance(4);
		assertThat(this.activities.running()).containsExactly(
				new StoreProgress(Kind.EXPORT, "there", 4, 5, Duration.ofSeconds(2), false),
				new StoreProgress(Kind.ADD, "", 0, 0, Duration.ZERO, false));
		assertThat(this.activities.running()).extracting(StoreProgress::share).containsExactly(0.8, 0.0);
		first.close();
		second.close();
		assertThat(this.activities.running()).isEmpty();
	}

}
