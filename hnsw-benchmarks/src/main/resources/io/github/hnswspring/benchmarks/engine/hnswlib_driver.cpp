// Drives native hnswlib for the benchmark harness. Speaks the protocol of the Java worker
// (see Worker.java) on standard input and output: one command a line, one answer a line that
// starts with '=', progress on lines that start with '#'.
//
// Compiled by the harness: g++ -O3 -march=native -std=c++17 -pthread -I<include> driver.cpp

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>
#include <unistd.h>

#include "hnswlib/hnswlib.h"

namespace {

// The same values as in Answers.java.
constexpr int32_t NOTHING = -1;
constexpr int32_t NOT_ASKED = -2;

using Clock = std::chrono::steady_clock;

int64_t nanosSince(Clock::time_point start) {
	return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

struct Matrix {
	int32_t rows = 0;
	int32_t columns = 0;
	std::vector<float> values;

	const float *row(size_t i) const { return this->values.data() + i * this->columns; }
};

Matrix readMatrix(const std::string &path) {
	std::ifstream in(path, std::ios::binary);
	Matrix matrix;
	in.read(reinterpret_cast<char *>(&matrix.rows), 4);
	in.read(reinterpret_cast<char *>(&matrix.columns), 4);
	if (!in) {
		throw std::runtime_error("cannot read " + path);
	}
	matrix.values.resize(static_cast<size_t>(matrix.rows) * matrix.columns);
	in.read(reinterpret_cast<char *>(matrix.values.data()), matrix.values.size() * 4);
	if (!in) {
		throw std::runtime_error(path + " ends early");
	}
	return matrix;
}

// Resident memory of this process in bytes, from the kernel; 0 where there is no /proc.
long residentBytes() {
	malloc_trim(0); // freed memory that is still ours would be counted otherwise
	std::ifstream in("/proc/self/statm");
	long total = 0;
	long resident = 0;
	in >> total >> resident;
	return resident * sysconf(_SC_PAGESIZE);
}

class Driver {
public:
	Driver(const std::string &space, std::string baseFile, const std::string &queryFile, size_t m, size_t efConstruction)
			: baseFile_(std::move(baseFile)), queries_(readMatrix(queryFile)), m_(m), efConstruction_(efConstruction) {
		if (space != "EUCLIDEAN") {
			this->space_ = std::make_unique<hnswlib::InnerProductSpace>(this->queries_.columns);
		}
		else {
			this->space_ = std::make_unique<hnswlib::L2Space>(this->queries_.columns);
		}
	}

	std::string build(size_t threads) {
		this->index_.reset();
		long before = residentBytes();
		int64_t nanos = 0;
		{
			Matrix base = readMatrix(this->baseFile_);
			Clock::time_point start = Clock::now();
			this->index_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(this->space_.get(), base.rows, this->m_,
					this->efConstruction_);
			this->index_->addPoint(base.row(0), 0);
			std::atomic<size_t> next{1};
			size_t count = base.rows;
			onThreads(threads, [&](size_t) {
				for (size_t row = next++; row < count; row = next++) {
					this->index_->addPoint(base.row(row), row);
					if (row % 10000 == 0) {
						std::lock_guard<std::mutex> lock(this->out_);
						std::cout << "#inserted " << row << " of " << count << std::endl;
					}
				}
			});
			nanos = nanosSince(start);
		}
		return std::to_string(nanos) + " 0 -1 " + std::to_string(std::max(0L, residentBytes() - before));
	}

	std::string run(size_t ef, size_t k, size_t threads, long minMillis, long maxMillis, const std::string &file) {
		this->index_->setEf(ef);
		size_t count = this->queries_.rows;
		std::vector<int32_t> rows(count * k, NOT_ASKED);
		std::vector<std::vector<int64_t>> latencies(threads);
		std::atomic<size_t> next{0};
		int64_t minNanos = minMillis * 1000000L;
		int64_t maxNanos = maxMillis * 1000000L;
		Clock::time_point start = Clock::now();
		onThreads(threads, [&](size_t thread) {
			std::vector<int64_t> &mine = latencies[thread];
			mine.reserve(1 << 20);
			while (true) {
				size_t turn = next++;
				Clock::time_point before = Clock::now();
				int64_t elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(before - start).count();
				if ((turn >= count && elapsed >= minNanos) || elapsed >= maxNanos) {
					return;
				}
				size_t query = turn % count;
				auto found = this->index_->searchKnn(this->queries_.row(query), k);
				int32_t *target = rows.data() + query * k;
				size_t size = found.size();
				for (size_t i = size; i-- > 0;) {
					target[i] = static_cast<int32_t>(found.top().second);
					found.pop();
				}
				std::fill(target + size, target + k, NOTHING);
				mine.push_back(nanosSince(before));
			}
		});
		int64_t wall = nanosSince(start);
		size_t answered = write(file, rows, k, latencies);
		return std::to_string(wall) + " " + std::to_string(answered) + " -1";
	}

private:
	template <typename Body>
	static void onThreads(size_t threads, Body body) {
		std::vector<std::thread> others;
		for (size_t thread = 1; thread < threads; thread++) {
			others.emplace_back(body, thread);
		}
		body(0);
		for (std::thread &other : others) {
			other.join();
		}
	}

	static size_t write(const std::string &file, const std::vector<int32_t> &rows, size_t k,
			const std::vector<std::vector<int64_t>> &latencies) {
		std::ofstream out(file, std::ios::binary);
		int32_t header[2] = {static_cast<int32_t>(rows.size() / k), static_cast<int32_t>(k)};
		out.write(reinterpret_cast<char *>(header), sizeof(header));
		out.write(reinterpret_cast<const char *>(rows.data()), rows.size() * 4);
		size_t total = 0;
		for (const std::vector<int64_t> &mine : latencies) {
			out.write(reinterpret_cast<const char *>(mine.data()), mine.size() * 8);
			total += mine.size();
		}
		if (!out) {
			throw std::runtime_error("cannot write " + file);
		}
		return total;
	}

	std::string baseFile_;
	Matrix queries_;
	size_t m_;
	size_t efConstruction_;
	std::mutex out_;
	std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
	std::unique_ptr<hnswlib::HierarchicalNSW<float>> index_;
};

std::string answer(Driver &driver, std::istringstream &in) {
	std::string command;
	in >> command;
	if (command == "BUILD") {
		size_t threads;
		in >> threads;
		return driver.build(threads);
	}
	if (command == "RUN") {
		size_t ef, k, threads;
		long minMillis, maxMillis;
		std::string file;
		in >> ef >> k >> threads >> minMillis >> maxMillis;
		std::getline(in >> std::ws, file);
		return driver.run(ef, k, threads, minMillis, maxMillis, file);
	}
	if (command == "REMARK") {
#if defined(USE_AVX512)
		return "AVX-512";
#elif defined(USE_AVX)
		return "AVX";
#elif defined(USE_SSE)
		return "SSE";
#else
		return "scalar";
#endif
	}
	throw std::runtime_error("unknown command " + command);
}

}

int main(int argc, char **argv) {
	if (argc != 6) {
		std::cerr << "usage: driver space base.fbin query.fbin M efConstruction" << std::endl;
		return 2;
	}
	try {
		Driver driver(argv[1], argv[2], argv[3], std::stoul(argv[4]), std::stoul(argv[5]));
		std::string line;
		while (std::getline(std::cin, line) && line != "QUIT") {
			std::istringstream in(line);
			// In full before the first character of it: a build prints lines of its own.
			std::string text = answer(driver, in);
			std::cout << "=" << text << std::endl;
		}
		return 0;
	}
	catch (const std::exception &ex) {
		std::cout << "!" << ex.what() << std::endl;
		return 1;
	}
}
